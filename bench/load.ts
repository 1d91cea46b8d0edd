import autocannon from 'autocannon';

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Makes the body of each request anew. */
  body?: () => object;
  seconds: number;
}

export interface Measured {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
}

const CONNECTIONS = 16;

/** Sends requests over 16 connections. Throws when any of them is not answered with success. */
export async function measure(load: Load): Promise<Measured> {
  const { method = 'GET', headers = {}, body } = load;
  const result = await autocannon({
    url: load.url,
    method,
    headers,
    connections: CONNECTIONS,
    duration: load.seconds,
    requests: body
      ? [{ setupRequest: (request: autocannon.Request) => ({ ...request, body: JSON.stringify(body()) }) }]
      : undefined,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${method} ${load.url}: ${result.non2xx} refused, ${result.errors} failed`);
  }
  return { requestsPerSecond: result.requests.average, p50: result.latency.p50, p99: result.latency.p99 };
}

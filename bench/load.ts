import autocannon from 'autocannon';

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Makes the body of each request anew. */
  body?: () => object;
  /** Asked for in turn, in place of the one of the address. */
  paths?: readonly string[];
  /** At once; 16 unless told. */
  connections?: number;
  seconds: number;
}

export interface Measured {
  requestsPerSecond: number;
  /** Milliseconds. */
  p50: number;
  /** autocannon keeps no 95th percentile; this is the next it has. */
  p97_5: number;
  p99: number;
}

const CONNECTIONS = 16;

/** Sends requests over several connections. Throws when any of them is not answered with success. */
export async function measure(load: Load): Promise<Measured> {
  const { method = 'GET', headers = {}, connections = CONNECTIONS } = load;
  const result = await autocannon({
    url: load.url,
    method,
    headers,
    connections,
    duration: load.seconds,
    requests: listRequests(load),
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${method} ${load.url}: ${result.non2xx} refused, ${result.errors} failed`);
  }
  const { p50, p97_5, p99 } = result.latency;
  return { requestsPerSecond: result.requests.average, p50, p97_5, p99 };
}

function listRequests({ body, paths }: Load): autocannon.Request[] | undefined {
  if (paths) return paths.map((path) => ({ path }));
  if (!body) return undefined;
  return [{ setupRequest: (request: autocannon.Request) => ({ ...request, body: JSON.stringify(body()) }) }];
}

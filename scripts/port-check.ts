import { get } from 'node:http';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Config } from '../src/config.ts';

const PROBE_MS = 3_000;
const EVERY_INTERFACE = new Set(['0.0.0.0', '::']);

type Address = Pick<Config, 'HOST' | 'PORT' | 'ALLOWED_HOSTS'>;

/** Answers who has the port, if anybody; throws where that keeps MyCRM from running. */
export async function checkPort(address: Address): Promise<string> {
  if (await isFree(address)) return 'free';
  const [ping, ready] = await Promise.all([ask(address, 'ping'), ask(address, 'ready')]);
  if (ping?.status !== 200 || !ping.body.includes('pong')) {
    throw new Error('is taken by another program: stop that, or set PORT to another one.');
  }
  if (ready?.status !== 200) throw new Error(`MyCRM runs here already, but is not ready: ${ready?.body}`);
  return 'MyCRM runs here already, and is ready';
}

function isFree({ HOST, PORT }: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once('error', () => resolve(false));
    server.listen(PORT, HOST, () => server.close(() => resolve(true)));
  });
}

/** `null` where nothing answers. */
function ask({ HOST, PORT, ALLOWED_HOSTS }: Address, probe: string): Promise<{ status: number; body: string } | null> {
  const host = EVERY_INTERFACE.has(HOST) ? '127.0.0.1' : HOST;
  // It answers under its own names only, where it was given some.
  const headers = { host: ALLOWED_HOSTS[0] ?? `localhost:${PORT}` };
  const options = { host, port: PORT, path: `/api/v1/${probe}/`, headers, timeout: PROBE_MS };
  return new Promise((resolve) => {
    const request = get(options, (answer) => {
      text(answer).then(
        (body) => resolve({ status: answer.statusCode ?? 0, body }),
        () => resolve(null),
      );
    });
    request.once('error', () => resolve(null)).once('timeout', () => request.destroy(new Error('timeout')));
  });
}

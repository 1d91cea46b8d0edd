import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createMessages, type Messages } from './http/messages.ts';

/** A port that is ours. */
export interface Listener {
  server: Server;
  port: number;
  /** For the app that is to serve here. */
  messages: Messages;
  /** Hands the requests over; until then each is told that the system is starting. */
  serve(app: RequestListener): void;
}

/**
 * Takes the port before anything else is started, so that a taken one is known at once and a probe gets a 503 instead
 * of a closed door. Rejects with EADDRINUSE.
 */
export async function openListener(host: string, port: number): Promise<Listener> {
  const messages = createMessages();
  const server = createServer({ ...messages, keepAliveTimeout: 65_000, requestTimeout: 60_000 }, answerStarting);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return {
    server,
    messages,
    port: (server.address() as AddressInfo).port,
    serve: (app) => void server.off('request', answerStarting).on('request', app),
  };
}

const STARTING = JSON.stringify({
  type: '/problems/starting',
  title: 'Starting',
  status: 503,
  code: 'starting',
  detail: 'The system is starting. Try again in a moment.',
});

const answerStarting: RequestListener = (_req, res) => {
  res.writeHead(503, { 'Content-Type': 'application/problem+json', 'Retry-After': '2', Connection: 'close' });
  res.end(STARTING);
};

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { parseColumn } from '../src/core/column-parsers.ts';
import type { BareQueries } from './queries.ts';

/**
 * The yardstick: node:http and pg with prepared statements, no authentication, validation, limits, log or audit. It
 * answers the same JSON from the same tables with the same column parsers. Started with its statements as JSON.
 */
const queries: BareQueries = JSON.parse(process.argv[2] ?? '{}');
const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: Number(process.env.DATABASE_POOL_SIZE ?? 20),
  options: '-c timezone=UTC -c jit=off',
  types: { getTypeParser: parseColumn as typeof pg.types.getTypeParser },
});

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const url = req.url ?? '';
  if (req.method === 'POST') {
    const input = JSON.parse(await readText(req));
    const { rows } = await pool.query({
      name: 'create',
      text: queries.create,
      values: [randomUUID(), input.first_name, input.last_name, input.email],
    });
    send(res, 201, rows[0]);
  } else if (url.includes('count=exact')) {
    const [page, count] = await Promise.all([
      pool.query({ name: 'list', text: queries.list }),
      pool.query({ name: 'count', text: queries.count }),
    ]);
    send(res, 200, {
      count: count.rows[0].count,
      count_is_estimate: false,
      next: null,
      previous: null,
      results: page.rows,
    });
  } else if (url.includes('?')) {
    const { rows } = await pool.query({ name: 'list', text: queries.list });
    send(res, 200, { count: null, count_is_estimate: false, next: null, previous: null, results: rows });
  } else {
    const id = url.split('/').at(-2);
    const { rows } = await pool.query({ name: 'one', text: queries.one, values: [id] });
    send(res, 200, rows[0]);
  }
}

async function readText(req: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of req) text += chunk;
  return text;
}

function send(res: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  res.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  res.end(text);
}

const server = createServer((req, res) => {
  answer(req, res).catch((error: Error) => send(res, 500, { detail: error.message }));
});
server.listen(0, '127.0.0.1', () => console.log(`port ${(server.address() as AddressInfo).port}`));
process.on('SIGTERM', () => process.exit(0));

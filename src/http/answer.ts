import type { IncomingMessage } from 'node:http';
import type { Request, Response } from 'express';
import helmet from 'helmet';
import { requestOf } from './request.ts';

/**
 * Writes an answer of the API: its security fields, id and limits beside its own. All of them go out in one
 * `writeHead`, as a flat list of names and values: setting some twenty fields one by one costs more than the rest of
 * Express does.
 */
export function writeAnswer(
  req: Request,
  res: Response,
  status: number,
  headers: Readonly<Record<string, string>>,
  text?: string,
): void {
  const { id, limits } = requestOf(req);
  const fields = [...SECURITY_FIELDS, 'X-Request-Id', id];
  for (const name in headers) fields.push(name, headers[name]!);
  if (limits.length > 0) {
    fields.push('RateLimit-Policy', limits.map(({ policy }) => policy).join(', '));
    fields.push('RateLimit', limits.map(({ state }) => state).join(', '));
  }
  if (text !== undefined) fields.push('Content-Length', String(Buffer.byteLength(text)));
  res.writeHead(status, fields).end(text);
}

/** What helmet sets on an answer of data. It decides by its options alone, so one question serves for all answers. */
const SECURITY_FIELDS: readonly string[] = readHelmetFields();

function readHelmetFields(): string[] {
  const fields: string[] = [];
  const sink = { setHeader: (name: string, value: string) => fields.push(name, value), removeHeader: () => {} };
  const ask = helmet({ contentSecurityPolicy: false, crossOriginResourcePolicy: { policy: 'cross-origin' } });
  ask({} as IncomingMessage, sink as unknown as Response, (error) => {
    if (error) throw error;
  });
  return fields;
}

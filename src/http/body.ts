import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { AppError } from '../core/errors.ts';
import { malformedBody, refuseHostileShape, refuseOtherThanObject } from './parse.ts';

const IS_JSON = /^application\/(?:json|merge-patch\+json)\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;

/**
 * Reads a JSON body into `req.body`; none at all leaves it undefined. `limit` is as `bytes` spells it. Rejects with
 * 415 for another type or charset, with 413 or 400 as the parser finds it.
 */
export function createBodyParser(limit: string): (req: Request, res: Response) => Promise<void> {
  const parse = express.json({ limit, type: () => true, strict: false, verify: refuseBrokenText });
  return async (req, res) => {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (!hasBody) return;
    const type = req.headers['content-type'] ?? '';
    if (!IS_JSON.test(type)) throw unsupported('Send the body as application/json.');
    // The parser knows other charsets; JSON that systems exchange has one. Source: RFC 8259, 8.1.
    if ((CHARSET.exec(type)?.[1] ?? 'utf-8').toLowerCase() !== 'utf-8') throw unsupported('Send the body as UTF-8.');
    await new Promise<void>((resolve, reject) => {
      parse(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    refuseOtherThanObject(req.body);
    refuseHostileShape(req.body);
  };
}

/** The parser would read what is no UTF-8 as U+FFFD, and what the client meant would be lost without a word. */
function refuseBrokenText(_req: unknown, _res: unknown, body: Buffer): void {
  if (!isUtf8(body)) throw malformedBody('The body is not valid UTF-8.');
}

function unsupported(detail: string): AppError {
  return new AppError({ status: 415, code: 'unsupported_media_type', title: 'Unsupported media type', detail });
}

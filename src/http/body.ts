import express, { type Request, type Response } from 'express';
import { AppError } from '../core/errors.ts';
import { refuseHostileShape } from './parse.ts';

const IS_JSON = /^application\/(?:json|merge-patch\+json)\s*(?:;|$)/i;

/**
 * Reads a JSON body into `req.body`; none at all leaves it undefined. `limit` is as `bytes` spells it. Rejects with
 * 415 for another type, with 413 or 400 as the parser finds it.
 */
export function createBodyParser(limit: string): (req: Request, res: Response) => Promise<void> {
  const parse = express.json({ limit, type: () => true });
  return async (req, res) => {
    const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
    if (!hasBody) return;
    if (!IS_JSON.test(req.headers['content-type'] ?? '')) {
      throw new AppError({
        status: 415,
        code: 'unsupported_media_type',
        title: 'Unsupported media type',
        detail: 'Send the body as application/json.',
      });
    }
    await new Promise<void>((resolve, reject) => {
      parse(req, res, (error?: unknown) => (error ? reject(error) : resolve()));
    });
    refuseHostileShape(req.body);
  };
}

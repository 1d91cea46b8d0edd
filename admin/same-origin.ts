import type { Request, RequestHandler } from 'express';
import { AppError } from '../src/core/errors.ts';

/**
 * Refuses every change that another site sends, for the browser would add the cookie to it. A request that names no
 * source at all is refused too: every browser that can show the panel names it.
 */
export const refuseCrossSite: RequestHandler = (req, _res, next) => {
  if (req.method === 'GET' || req.method === 'HEAD' || isSameOrigin(req)) return next();
  throw new AppError({
    status: 403,
    code: 'cross_site',
    title: 'Cross-site request',
    detail: 'This can only be sent from a page of the panel itself.',
  });
};

/** Whether a page of this host sent the request. A browser lets no page write these fields. */
export function isSameOrigin(req: Request): boolean {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const source = req.headers.origin ?? req.headers.referer ?? '';
  return URL.canParse(source) && new URL(source).host === req.host;
}

import type { Request, RequestHandler } from 'express';
import formidable from 'express-formidable';
import { AppError, badRequest } from '../src/core/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
const MAX_FIELDS = 500;
const MAX_KEY_LENGTH = 120;
/** AdminJS builds lists from keys such as `tags.3`; a key that names a huge index would make a huge list. */
const MAX_INDEX = 200;

/** Refuses whatever another site sends: the panel is the only door with a cookie. */
export const refuseCrossSite: RequestHandler = (req, _res, next) => {
  if (SAFE.has(req.method)) return next();
  const site = req.headers['sec-fetch-site'];
  const source = req.headers.origin ?? req.headers.referer;
  const isOwn = typeof source === 'string' && URL.canParse(source) && new URL(source).host === req.headers.host;
  if (isOwn && (site === undefined || site === 'same-origin')) return next();
  throw new AppError({ status: 403, code: 'cross_site', title: 'Forbidden', detail: 'This must be sent from the panel itself.' });
};

/** Reads a form of bounded size; files are not taken. */
const readBoundedForm = formidable({ maxFields: MAX_FIELDS, maxFieldsSize: 1024 * 1024, maxFileSize: 1, multiples: false });

export const readForms: RequestHandler = (req, res, next) => {
  readBoundedForm(req, res, (error?: unknown) => {
    if (error) next(badRequest('bad_request', 'The form could not be read.'));
    else next();
  });
};

/** Refuses keys with which a form or a query would be unfolded into something enormous or into a prototype. */
export const refuseShapeAttacks: RequestHandler = (req, _res, next) => {
  const { fields } = req as Request & { fields?: Record<string, unknown> };
  for (const source of [req.query as Record<string, unknown>, fields ?? {}]) {
    const keys = Object.keys(source);
    if (keys.length > MAX_FIELDS || keys.some(isHostile)) {
      throw badRequest('bad_request', 'The names of the fields are not those of a form.');
    }
  }
  next();
};

function isHostile(key: string): boolean {
  if (key.length > MAX_KEY_LENGTH) return true;
  return key
    .split(/[.[\]~]+/)
    .some((part) => /^(?:length|__proto__|constructor|prototype)$/.test(part) || (/^\d+$/.test(part) && Number(part) > MAX_INDEX));
}

import type AdminJS from 'adminjs';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, notFound } from '../src/core/errors.ts';

const ADDRESS = /^(?:\/api)?\/resources\/([^/]+)(?:\/(?:actions\/([^/]+)|records\/[^/]+\/([^/]+)|bulk\/([^/]+)))?/;

const PAGE = /^\/(?:resources\/|pages\/|$)/;

/**
 * Answers 404 for a page, a noun or an action that there is not: AdminJS would fail with a 500. A reader is given the
 * panel around it, whose router then says so.
 */
export function refuseUnknown(admin: AdminJS): RequestHandler {
  const nouns = new Map(
    admin.resources.map((resource) => [resource.id(), new Set(Object.keys(resource.decorate().actions))]),
  );
  const isKnown = (path: string) => {
    const [, noun, ...rest] = ADDRESS.exec(path) ?? [];
    if (noun === undefined) return path.startsWith('/api/') || PAGE.test(path);
    const action = rest.find((part) => part !== undefined);
    const actions = nouns.get(noun);
    return actions !== undefined && (action === undefined || actions.has(action));
  };
  return (req, res, next) => {
    if (isKnown(req.path)) return next();
    if (req.method !== 'GET' || req.path.startsWith('/api/')) throw notFound('page of the panel');
    res.status(404);
    req.url = '/';
    next();
  };
}

/** AdminJS says with `statusCode` what our error handler reads from an {@link AppError}. */
export const translateAdminErrors: ErrorRequestHandler = (error, _req, _res, next) => {
  const status = (error as { statusCode?: unknown }).statusCode;
  if (typeof status !== 'number' || status < 400 || status >= 500) return next(error);
  const detail = String((error as { baseMessage?: unknown }).baseMessage ?? 'The panel cannot do this.');
  next(new AppError({ status, code: status === 404 ? 'not_found' : 'bad_request', title: 'Not possible', detail }));
};

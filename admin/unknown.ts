import type AdminJS from 'adminjs';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { AppError, notFound } from '../src/core/errors.ts';

const ADDRESS = /^(?:\/api)?\/resources\/([^/]+)(?:\/(?:actions\/([^/]+)|records\/[^/]+\/([^/]+)|bulk\/([^/]+)))?/;

/** Answers 404 for a noun or an action that there is not: AdminJS would fail with a 500. */
export function refuseUnknown(admin: AdminJS): RequestHandler {
  const nouns = new Map(
    admin.resources.map((resource) => [resource.id(), new Set(Object.keys(resource.decorate().actions))]),
  );
  return (req, _res, next) => {
    const [, noun, ...rest] = ADDRESS.exec(req.path) ?? [];
    if (noun === undefined) return next();
    const action = rest.find((part) => part !== undefined);
    const actions = nouns.get(noun);
    if (!actions || (action !== undefined && !actions.has(action))) throw notFound('page of the panel');
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

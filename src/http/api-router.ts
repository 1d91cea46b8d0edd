import express, { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { requirePermission } from '../auth/scope.ts';
import { type Ctx, type CtxDeps, createCtx, withTransaction } from '../core/ctx.ts';
import { AppError, notFound } from '../core/errors.ts';
import { runOnce, type StoredReply, toStoredReply } from './idempotency.ts';
import type { Limits } from './limits.ts';
import { parseInput, readQuery, refuseHostileShape } from './parse.ts';
import { addressOf, originOf, requestOf } from './request.ts';
import { Reply, type Route } from './route.ts';

export interface ApiDeps extends CtxDeps {
  authenticate: RequestHandler;
  limits: Limits;
  /** Checks every answer against its declared response: for tests, where a difference must fail. */
  checkResponses: boolean;
}

const NO_QUERY = z.strictObject({});
const IDEMPOTENT_METHODS = new Set(['POST', 'PATCH']);

/**
 * Mounts every route, grouped by its first path segment so that matching does not walk them all. Words go before
 * parameters: `/roles/initialize/` is not the role of that id.
 */
export function createApiRouter(routes: readonly Route[], deps: ApiDeps): Router {
  const router = Router({ caseSensitive: true });
  for (const [segment, group] of groupBy(routes, (each) => each.path.split('/')[1] ?? '')) {
    const groupRouter = Router({ caseSensitive: true, mergeParams: true });
    const paths = groupBy(group, (each) => each.path.slice(segment.length + 1) || '/');
    for (const [path, alternatives] of [...paths].sort(([a], [b]) => countParameters(a) - countParameters(b))) {
      for (const each of alternatives) {
        groupRouter[each.method](path, ...createHandlers(each, deps));
      }
      groupRouter.all(path, refuseMethod(alternatives));
    }
    router.use(`/${segment}`, groupRouter);
  }
  router.use((req) => {
    throw notFound(`path ${req.path.slice(0, 200)}`);
  });
  return router;
}

function countParameters(path: string): number {
  return path.split(':').length;
}

function createHandlers(route: Route, deps: ApiDeps): RequestHandler[] {
  const handlers: RequestHandler[] = [deps.authenticate];
  if (!route.isUnlimited) handlers.push(limitCaller(deps.limits));
  if (route.limit) handlers.push(deps.limits[route.limit]);
  handlers.push((req, _res, next) => {
    const request = requestOf(req);
    request.template = route.path;
    if (request.refusal && route.permission !== 'public') throw request.refusal;
    requirePermission(request.principal, route.permission);
    next();
  });
  if (route.method !== 'get') handlers.push(...readBody(route.bodyLimit ?? '1mb'));
  handlers.push((req, res) => serve(route, deps, req, res));
  return handlers;
}

/**
 * Anonymous callers share their address's allowance, signed-in ones have their own. A token that has merely run out
 * costs nothing: a dashboard sends a dozen requests with it before the first is refused.
 */
function limitCaller(limits: Limits): RequestHandler {
  return (req, res, next) => {
    if (requestOf(req).refusal?.code === 'token_expired') return next();
    const isKnown = requestOf(req).principal.user_id !== null;
    const [burst, sustained] = isKnown
      ? [limits.general, limits.general_sustained]
      : [limits.anonymous, limits.anonymous_sustained];
    burst(req, res, (error?: unknown) => (error ? next(error) : sustained(req, res, next)));
  };
}

function readBody(limit: string): RequestHandler[] {
  const isJson = /^application\/(?:json|merge-patch\+json)\s*(?:;|$)/i;
  const parse = express.json({ limit, type: () => true });
  return [
    (req, res, next) => {
      const hasBody = req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;
      if (!hasBody) return next();
      if (!isJson.test(req.headers['content-type'] ?? '')) {
        throw new AppError({
          status: 415,
          code: 'unsupported_media_type',
          title: 'Unsupported media type',
          detail: 'Send the body as application/json.',
        });
      }
      parse(req, res, next);
    },
    (req, _res, next) => {
      refuseHostileShape(req.body);
      next();
    },
  ];
}

async function serve(route: Route, deps: ApiDeps, req: Request, res: Response): Promise<void> {
  const query = readQuery(req.query);
  const input = {
    params: route.params ? parseInput(route.params, req.params) : req.params,
    query: route.parseQuery ? route.parseQuery(query) : parseInput(route.query ?? NO_QUERY, query),
    body: route.body ? parseInput(route.body, req.body ?? {}) : undefined,
    ifMatch: req.headers['if-match'],
    url: addressOf(req),
  };
  const ctx = createCtx(deps, requestOf(req).principal, originOf(req));
  const run = async (inner: Ctx): Promise<StoredReply> => {
    const result = await route.handler(inner, input);
    return toStoredReply(result instanceof Reply ? result : { body: result }, route.status ?? 200);
  };
  const isTransactional = route.transaction ?? route.method !== 'get';
  const reply = isTransactional ? await withTransaction(ctx, (inner) => runKeyed(req, inner, run)) : await run(ctx);
  if (deps.checkResponses && reply.status < 300) checkResponse(route, reply.body);
  send(res, reply);
}

function runKeyed(req: Request, ctx: Ctx, run: (ctx: Ctx) => Promise<StoredReply>): Promise<StoredReply> {
  const key = req.headers['idempotency-key'];
  // Without a caller there is nobody to keep the answer for.
  if (typeof key !== 'string' || !ctx.principal.user_id || !IDEMPOTENT_METHODS.has(req.method)) return run(ctx);
  const path = `${req.baseUrl}${req.path}`.replace(/\/+$/, '');
  return runOnce(ctx, { key, method: req.method, path, body: req.body }, () => run(ctx));
}

function send(res: Response, reply: StoredReply): void {
  if (reply.body === undefined || reply.status === 204) {
    res.writeHead(reply.status, reply.headers).end();
    return;
  }
  const isText = reply.headers['Content-Type'] !== undefined;
  const text = isText ? String(reply.body) : JSON.stringify(reply.body);
  res.writeHead(reply.status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'private, no-store',
    Vary: 'Authorization, Origin',
    ...reply.headers,
  });
  res.end(text);
}

function checkResponse(route: Route, body: unknown): void {
  const seen = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  const parsed = route.response.safeParse(seen);
  if (parsed.success) return;
  throw new Error(`${route.method} ${route.path} answers what it does not declare: ${parsed.error.message}`);
}

function refuseMethod(alternatives: readonly Route[]): RequestHandler {
  const methods = alternatives.map((each) => each.method.toUpperCase());
  const allow = [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods), 'OPTIONS'].join(', ');
  return (req, res) => {
    if (req.method === 'OPTIONS') {
      res.writeHead(204, { Allow: allow }).end();
      return;
    }
    throw new AppError({
      status: 405,
      code: 'method_not_allowed',
      title: 'Method not allowed',
      detail: `${req.method} is not allowed here. Allowed: ${allow}.`,
      headers: { Allow: allow },
    });
  };
}

function groupBy<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(key(item));
    if (group) group.push(item);
    else groups.set(key(item), [item]);
  }
  return groups;
}

import { type Request, type RequestHandler, type Response, Router } from 'express';
import { z } from 'zod';
import { requirePermission } from '../auth/scope.ts';
import { type Ctx, type CtxDeps, createCtx, withTransaction } from '../core/ctx.ts';
import { AppError, notFound } from '../core/errors.ts';
import { writeAnswer } from './answer.ts';
import type { Authenticate } from './authenticate.ts';
import { createBodyParser } from './body.ts';
import { runOnce, type StoredReply, toStoredReply } from './idempotency.ts';
import type { LimitName, Limits } from './limits.ts';
import { parseInput, readQuery, refuseBrokenQuery } from './parse.ts';
import { addressOf, originOf, requestOf } from './request.ts';
import { Reply, type Route, type RouteInput } from './route.ts';

export interface ApiDeps extends CtxDeps {
  authenticate: Authenticate;
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
        groupRouter[each.method](path, createHandler(each, deps));
      }
      groupRouter.all(path, refuseMethod(alternatives));
    }
    router.use(`/${segment}`, groupRouter);
  }
  return router;
}

/** The end of all paths that nothing answers. They are counted like others: who looks for holes sends many. */
export function refuseUnknownPaths({ authenticate, limits }: Pick<ApiDeps, 'authenticate' | 'limits'>): RequestHandler {
  return async (req, res) => {
    await authenticate(req);
    await limitCaller(limits, req, res);
    throw notFound(`path ${`${req.baseUrl}${req.path}`.slice(0, 200)}`);
  };
}

function countParameters(path: string): number {
  return path.split(':').length;
}

/** The path of a request, in one function: every hop through Express's own chain costs as much as a step of it. */
function createHandler(route: Route, deps: ApiDeps): RequestHandler {
  const parseBody = route.method === 'get' ? null : createBodyParser(route.bodyLimit ?? '1mb');
  const { database, logger, signatureKey, customFields, savedLists } = deps;
  const ctxDeps: CtxDeps = { database, logger, signatureKey, customFields, savedLists };
  return async (req, res) => {
    const request = requestOf(req);
    request.template = route.path;
    await deps.authenticate(req);
    if (!route.isUnlimited) await limitCaller(deps.limits, req, res);
    if (route.limit) await countLimit(route.limit, req, res);
    if (request.refusal && route.permission !== 'public') throw request.refusal;
    requirePermission(request.principal, route.permission);
    if (parseBody) await parseBody(req, res);
    // Probes must answer without a database.
    const pending = route.isUnlimited ? undefined : customFields.ready();
    if (pending) await pending;
    const reply = await runRoute(route, createCtx(ctxDeps, request.principal, originOf(req)), req);
    if (deps.checkResponses && reply.status < 300) checkResponse(route, reply.body);
    send(req, res, reply);
  };

  async function countLimit(limit: LimitName, req: Request, res: Response): Promise<void> {
    try {
      await deps.limits[limit](req, res);
    } catch (error) {
      // Anything else that is wrong with a request that is one too many is not looked at.
      throw (route.whenLimited && (await findLongerWait(req, res))) ?? error;
    }
  }

  async function findLongerWait(req: Request, res: Response): Promise<AppError | null> {
    try {
      await parseBody?.(req, res);
      await route.whenLimited?.(createCtx(ctxDeps, requestOf(req).principal, originOf(req)), new Input(route, req));
    } catch (error) {
      if (error instanceof AppError && error.status === 429) return error;
    }
    return null;
  }
}

/**
 * Anonymous callers share their address's allowance, signed-in ones have their own. A token that has merely run out
 * costs nothing: a dashboard sends a dozen requests with it before the first is refused.
 */
async function limitCaller(limits: Limits, req: Request, res: Response): Promise<void> {
  const { principal, refusal } = requestOf(req);
  if (refusal?.code === 'token_expired') return;
  const isKnown = principal.user_id !== null;
  await (isKnown ? limits.general : limits.anonymous)(req, res);
  await (isKnown ? limits.general_sustained : limits.anonymous_sustained)(req, res);
}

async function runRoute(route: Route, ctx: Ctx, req: Request): Promise<StoredReply> {
  const input = new Input(route, req);
  const run = async (inner: Ctx): Promise<StoredReply> => {
    const result = await route.handler(inner, input);
    return toStoredReply(result instanceof Reply ? result : { body: result }, route.status ?? 200);
  };
  const isTransactional = route.transaction ?? route.method !== 'get';
  return isTransactional ? withTransaction(ctx, (inner) => runKeyed(req, inner, run)) : run(ctx);
}

/** The parsed parts of a request. A class, because an accessor in a literal makes each object one of its own kind. */
class Input implements RouteInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly ifMatch: string | undefined;
  readonly allowDuplicate: boolean;
  readonly #req: Request;

  constructor(route: Route, req: Request) {
    refuseBrokenQuery(req.originalUrl);
    const query = readQuery(req.query);
    this.params = route.params ? parseInput(route.params, req.params) : req.params;
    this.query = route.parseQuery ? route.parseQuery(query) : parseInput(route.query ?? NO_QUERY, query, 'parameter');
    this.body = route.body ? parseInput(route.body, req.body ?? {}) : undefined;
    this.ifMatch = req.headers['if-match'];
    this.allowDuplicate = req.headers['x-allow-duplicate'] === 'true';
    this.#req = req;
  }

  get isForwarded(): boolean {
    const { headers } = this.#req;
    return headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  }

  get url(): string {
    return addressOf(this.#req);
  }
}

function runKeyed(req: Request, ctx: Ctx, run: (ctx: Ctx) => Promise<StoredReply>): Promise<StoredReply> {
  const key = req.headers['idempotency-key'];
  // Without a caller there is nobody to keep the answer for.
  if (typeof key !== 'string' || !ctx.principal.user_id || !IDEMPOTENT_METHODS.has(req.method)) return run(ctx);
  // The words of a path are in lower case, and ids mean the same in either.
  const path = `${req.baseUrl}${req.path}`.replace(/\/+$/, '').toLowerCase();
  return runOnce(ctx, { key, method: req.method, path, body: req.body }, () => run(ctx));
}

function send(req: Request, res: Response, reply: StoredReply): void {
  if (reply.body === undefined || reply.status === 204) {
    writeAnswer(req, res, reply.status, reply.headers);
    return;
  }
  const isText = reply.headers['Content-Type'] !== undefined;
  const text = isText ? String(reply.body) : JSON.stringify(reply.body);
  writeAnswer(req, res, reply.status, { ...DATA_HEADERS, ...reply.headers }, text);
}

const DATA_HEADERS = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'private, no-store',
  Vary: 'Authorization, Origin',
};

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
      writeAnswer(req, res, 204, { Allow: allow });
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

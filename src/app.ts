import cors from 'cors';
import express, { type Express, type RequestHandler, type Router } from 'express';
import { listRoutes, type RouteDeps } from './api.ts';
import type { PrincipalCache } from './auth/principal-cache.ts';
import type { Keys } from './auth/tokens.ts';
import type { Config } from './config.ts';
import type { CtxDeps } from './core/ctx.ts';
import { notFound } from './core/errors.ts';
import type { SharedCounters } from './core/shared-counters.ts';
import { describeFieldsOf } from './crud/custom-field-schema.ts';
import type { Metrics } from './health/metrics.ts';
import { type ApiDeps, createApiRouter, refuseUnknownPaths } from './http/api-router.ts';
import { createAuthenticator } from './http/authenticate.ts';
import { errorHandler } from './http/error-handler.ts';
import { refuseForeignHosts } from './http/hosts.ts';
import { sendIcon } from './http/icon.ts';
import { createLimits } from './http/limits.ts';
import { adoptMessages, type Messages } from './http/messages.ts';
import { createDocumentRouter } from './http/openapi-router.ts';
import { receiveRequests } from './http/request.ts';
import { logRequests } from './http/request-log.ts';

export interface AppDeps extends CtxDeps {
  config: Config;
  keys: Keys;
  principals: PrincipalCache;
  counters: SharedCounters;
  metrics: Metrics;
  /** Of the server that this app is for. */
  messages: Messages;
  routes: RouteDeps;
  /** The admin panel, mounted at its own path; absent in a process that serves none. */
  panel?: { path: string; router: Router };
}

/** The middleware in order, nothing else. */
export function createApp(deps: AppDeps): Express {
  const { config, logger } = deps;
  const routes = listRoutes(deps.routes);
  const app = express();
  adoptMessages(app, deps.messages);
  app.set('trust proxy', config.TRUST_PROXY);
  app.set('etag', false);
  app.set('query parser', 'simple');
  app.set('case sensitive routing', true);
  app.disable('x-powered-by');

  app.use(receiveRequests(logger, [deps.metrics.observe, logRequests(logger)]));
  app.use(refuseForeignHosts(config.ALLOWED_HOSTS));
  app.get('/favicon.ico', sendIcon);
  if (deps.panel) {
    const { path, router } = deps.panel;
    app.get('/', (_req, res) => res.redirect(path));
    app.use(path, router);
  }
  app.use('/api', answerOrigins(config.CORS_ALLOWED_ORIGINS));
  const api: ApiDeps = {
    ...deps,
    authenticate: createAuthenticator(deps.keys, deps.principals, config.METRICS_TOKEN),
    limits: createLimits(deps.counters, config.RATE_LIMIT_SCALE),
    checkResponses: config.NODE_ENV === 'test',
  };
  const { customFields } = deps;
  const describeCustomFields = describeFieldsOf(customFields);
  app.use('/api/v1', createApiRouter(routes, api));
  app.use('/api', createDocumentRouter({ routes, version: config.version, customFields, describeCustomFields }));
  app.use('/api', refuseUnknownPaths(api));
  app.use((req) => {
    throw notFound(`path ${req.path.slice(0, 200)}`);
  });
  app.use(errorHandler);
  return app;
}

/**
 * CORS for requests that name an origin, which only those of browsers do. An OPTIONS that asks for no method is no
 * preflight: it is answered with the methods of its path like one without an origin.
 */
function answerOrigins(allowed: readonly string[]): RequestHandler {
  const options = { origin: [...allowed], exposedHeaders: EXPOSED_HEADERS, maxAge: 600 };
  const answer = cors(options);
  const mark = cors({ ...options, preflightContinue: true });
  return (req, res, next) => {
    if (req.headers.origin === undefined) return next();
    const isPlain = req.method === 'OPTIONS' && req.headers['access-control-request-method'] === undefined;
    (isPlain ? mark : answer)(req, res, next);
  };
}

const EXPOSED_HEADERS = [
  'ETag',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'X-Request-Id',
  'Idempotent-Replayed',
];

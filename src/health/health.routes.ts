import { z } from 'zod';
import { holdsPermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { permissionDenied, unauthenticated } from '../core/errors.ts';
import { Reply, type Route, route } from '../http/route.ts';
import { checkReadiness, type HealthDeps, readHealth } from './health.service.ts';

export type { HealthDeps } from './health.service.ts';

const tag = 'health';
// Anyone may ask whether we are ready, so why we are not is left to `health/`: a database's error names its address.
const check = z.strictObject({ status: z.string(), latency_ms: z.number() });
const alive = z.strictObject({ status: z.string(), timestamp: z.string(), service: z.string() });
const report = z.object({ status: z.string() }).loose();
const beat = (status: string) => ({ status, timestamp: new Date().toISOString(), service: 'MyCRM API' });
const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);

export function healthRoutes(deps: HealthDeps): Route[] {
  const probe = { method: 'get', tag, permission: 'public', isUnlimited: true } as const;
  return [
    route({
      ...probe,
      path: '/healthz/',
      summary: 'Whether the process answers.',
      response: alive,
      handler: async () => beat('healthy'),
    }),
    route({
      ...probe,
      path: '/live/',
      summary: 'Whether the process is alive.',
      response: alive,
      handler: async () => beat('alive'),
    }),
    route({
      ...probe,
      path: '/ping/',
      summary: 'Answers pong.',
      response: z.literal('pong'),
      handler: async () => 'pong',
    }),
    route({
      ...probe,
      path: '/ready/',
      summary: 'Whether this process may be sent requests; 503 while starting and draining.',
      response: z.strictObject({ status: z.string(), checks: z.record(z.string(), check) }),
      handler: async () => {
        const { isReady, checks } = await checkReadiness(deps);
        const plain = Object.entries(checks).map(([name, { status, latency_ms }]) => [name, { status, latency_ms }]);
        const body = { status: isReady ? 'ready' : 'not_ready', checks: Object.fromEntries(plain) };
        return new Reply(body, isReady ? {} : { 'Retry-After': '2' }, isReady ? 200 : 503);
      },
    }),
    route({
      ...probe,
      path: '/health/',
      summary: 'The state of every part; without view_admin_dashboard only the status.',
      response: report,
      handler: async (ctx) => {
        const full = await readHealth(deps);
        const body = holdsPermission(ctx.principal, 'view_admin_dashboard') ? full : { status: full.status };
        return new Reply(body, {}, full.status === 'unhealthy' ? 503 : 200);
      },
    }),
    route({
      ...probe,
      path: '/metrics/',
      summary: 'Prometheus metrics, for METRICS_TOKEN, view_admin_dashboard or loopback.',
      response: z.string(),
      contentType: 'text/plain',
      handler: async (ctx, { isForwarded }) => {
        requireMetricsAccess(ctx, deps.config.METRICS_TOKEN === undefined && !isForwarded);
        return new Reply(await deps.metrics(), { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' });
      },
    }),
  ];
}

/** A proxy on this machine makes strangers look like loopback, hence `isLoopbackOpen`. */
function requireMetricsAccess(ctx: Ctx, isLoopbackOpen: boolean): void {
  if (holdsPermission(ctx.principal, 'view_admin_dashboard')) return;
  if (ctx.principal.user_id) throw permissionDenied('view_admin_dashboard');
  if (isLoopbackOpen && LOOPBACK.has(ctx.origin.ip ?? '')) return;
  throw unauthenticated('not_authenticated', 'Metrics need METRICS_TOKEN or view_admin_dashboard.');
}

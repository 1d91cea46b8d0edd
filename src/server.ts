import type { Router } from 'express';
import { createApp } from './app.ts';
import { REVOCATION_CHANNEL, type Revocation } from './auth/principal-cache.ts';
import { verifyAccessToken } from './auth/tokens.ts';
import { openRealtime, type Realtime, type SocketIdentity } from './core/realtime.ts';
import { type HealthDeps, type JobsHealth, readHealth } from './health/health.service.ts';
import { createMetrics } from './health/metrics.ts';
import { type Listener, openListener } from './listener.ts';
import type { Queue } from './queue.ts';
import type { System } from './system.ts';

export interface ApiServer {
  port: number;
  realtime: Realtime;
  /** Readiness off, then no new connections, then the end of those under way. */
  stop(): Promise<void>;
}

export interface ServiceOptions {
  panel?: { path: string; router: Router };
  queue: Queue;
  /** How long a socket outlives its token; for tests, which do not wait 30 s. */
  socketGraceMs?: number;
}

export interface ServerOptions extends ServiceOptions {
  host: string;
  port: number;
}

const DRAIN_MS = 10_000;
const SWEEP_MS = 50;

/** Listens for REST, documents, panel and sockets. Rejects when the port is taken. */
export async function startServer(system: System, options: ServerOptions): Promise<ApiServer> {
  return serve(system, await openListener(options.host, options.port), options);
}

/** Serves REST, documents, panel and sockets on a port that is open already. */
export function serve(system: System, listener: Listener, options: ServiceOptions): ApiServer {
  const { server } = listener;
  const { database, config } = system;
  let realtime: Realtime | null = null;
  let isReady = false;
  const health: HealthDeps = {
    database,
    config,
    isReady: () => isReady,
    realtime: () => realtime,
    readJobs: () => readJobsHealth(options.queue),
    metrics: () => metrics.registry.metrics(),
  };
  const metrics = createMetrics({
    database,
    realtime: () => realtime,
    queue: options.queue,
    readStatus: async () => (await readHealth(health)).status,
  });
  const app = createApp({
    ...system,
    metrics,
    messages: listener.messages,
    panel: options.panel,
    routes: {
      queue: options.queue,
      auth: system.auth,
      health,
    },
  });
  listener.serve(app);
  realtime = openRealtime({
    server,
    pool: database.pool,
    databaseUrl: system.databaseUrl,
    origins: config.CORS_ALLOWED_ORIGINS,
    logger: system.logger,
    identify: (token) => identify(system, token),
    isAlive: async (sessionId) => (await system.principals.find(sessionId))?.is_active === true,
    graceMs: options.socketGraceMs,
  });
  endRevokedSockets(system, realtime);
  const opened = realtime;
  isReady = true;
  return {
    port: listener.port,
    realtime: opened,
    async stop() {
      isReady = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection is idle once its answer is out, and its client may keep it open for longer than we wait.
      const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
      const giveUp = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      // Socket.IO waits for every connection of the server too, so nothing may stand before the two above.
      await opened.close();
      await closed;
      clearInterval(sweep);
      clearTimeout(giveUp);
    },
  };
}

/** `null` where another process works off the jobs. */
async function readJobsHealth(queue: Queue): Promise<JobsHealth | null> {
  if (!queue.isRunning()) return null;
  const { queue: counts } = await queue.readState();
  const sum = (pick: (each: (typeof counts)[number]) => number) =>
    counts.reduce((total, each) => total + pick(each), 0);
  return { isRunning: true, waiting: sum((each) => each.waiting), failed: sum((each) => each.failed) };
}

/** Throws an Error whose message is the code that REST would give. */
async function identify(system: System, token: string): Promise<SocketIdentity> {
  const claims = readClaims(system, token);
  const found = await system.principals.find(claims.sid).catch((error: unknown) => {
    system.logger.warn({ err: error }, 'a socket could not be checked');
    throw new Error('unavailable');
  });
  if (!found) throw new Error('token_invalid');
  if (!found.is_active) throw new Error('account_disabled');
  return { user_id: claims.sub, session_id: claims.sid, expires_at: claims.exp * 1000 };
}

function readClaims(system: System, token: string) {
  try {
    return verifyAccessToken(system.keys, token);
  } catch (error) {
    throw new Error((error as Error).name === 'TokenExpiredError' ? 'token_expired' : 'token_invalid');
  }
}

function endRevokedSockets(system: System, realtime: Realtime): void {
  system.notices.on(REVOCATION_CHANNEL, (payload) => {
    const [kind, id] = (payload as Revocation).split(':');
    if (kind === 'session') realtime.disconnect({ session_id: id });
    // A changed user may still be welcome; a suspended one has had every session ended.
  });
  system.notices.onGap(() => void realtime.recheck());
}

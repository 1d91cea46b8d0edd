import { statfs } from 'node:fs/promises';
import type { Config } from '../config.ts';
import type { Database } from '../core/database.ts';
import { pendingMigrations } from '../core/migrate.ts';
import type { Realtime } from '../core/realtime.ts';

export type Status = 'healthy' | 'degraded' | 'unhealthy';

export interface Check {
  status: Status;
  latency_ms: number;
  detail?: string;
}

export interface JobsHealth {
  isRunning: boolean;
  waiting: number;
  failed: number;
}

/** What the health calls look at. Parts that this process does not run are `null`. */
export interface HealthDeps {
  database: Database;
  config: Pick<Config, 'DATA_DIR' | 'version' | 'NODE_ENV' | 'METRICS_TOKEN' | 'EMAIL_HOST'>;
  /** False while starting and draining. */
  isReady: () => boolean;
  realtime: () => Realtime | null;
  readJobs: () => Promise<JobsHealth | null>;
  metrics: () => Promise<string>;
}

const CACHE_MS = 5_000;

async function measure(check: () => Promise<Omit<Check, 'latency_ms'>>): Promise<Check> {
  const start = performance.now();
  const result = await check().catch(
    (error: Error): Omit<Check, 'latency_ms'> => ({ status: 'unhealthy', detail: error.message }),
  );
  return { ...result, latency_ms: Math.round((performance.now() - start) * 10) / 10 };
}

/** The checks that decide whether this process may be sent requests. */
export async function checkReadiness(deps: HealthDeps) {
  const database = await measure(async () => {
    await deps.database.query('SELECT 1');
    return { status: 'healthy' };
  });
  const migrations = await measure(async () => {
    const pending = await pendingMigrations(deps.database);
    return pending.length === 0 ? { status: 'healthy' } : { status: 'unhealthy', detail: `${pending.length} pending` };
  });
  const checks = { database, migrations, jobs: await measure(() => checkJobs(deps)) };
  const isReady = deps.isReady() && Object.values(checks).every((check) => check.status !== 'unhealthy');
  return { isReady, checks };
}

async function checkJobs(deps: HealthDeps): Promise<Omit<Check, 'latency_ms'>> {
  const jobs = await deps.readJobs();
  if (jobs === null) return { status: 'healthy', detail: 'run by another process' };
  if (!jobs.isRunning) return { status: 'unhealthy', detail: 'not running' };
  return { status: jobs.failed > 0 ? 'degraded' : 'healthy', detail: `${jobs.waiting} waiting, ${jobs.failed} failed` };
}

async function checkStorage(deps: HealthDeps): Promise<Omit<Check, 'latency_ms'>> {
  const disk = await statfs(deps.config.DATA_DIR);
  const free = (disk.bavail / disk.blocks) * 100;
  return { status: free < 2 ? 'unhealthy' : free < 10 ? 'degraded' : 'healthy', detail: `${Math.round(free)} % free` };
}

interface Report {
  status: Status;
  checks: Record<string, Check>;
  summary: { healthy: number; total: number; percentage: number };
  response_time_ms: number;
  timestamp: string;
  version: string;
  environment: string;
}

const reports = new WeakMap<HealthDeps, { report: Promise<Report>; madeAt: number }>();

/** Everything at once, made anew every five seconds at most. */
export function readHealth(deps: HealthDeps): Promise<Report> {
  const known = reports.get(deps);
  if (known && Date.now() - known.madeAt < CACHE_MS) return known.report;
  const report = buildReport(deps);
  reports.set(deps, { report, madeAt: Date.now() });
  return report;
}

async function buildReport(deps: HealthDeps): Promise<Report> {
  const start = performance.now();
  const [readiness, storage] = await Promise.all([checkReadiness(deps), measure(() => checkStorage(deps))]);
  const realtime = deps.realtime();
  const checks: Record<string, Check> = {
    ...readiness.checks,
    // Without CACHE_URL the caches are this process's memory, which answers while the process does.
    cache: { status: 'healthy', latency_ms: 0, detail: 'memory' },
    storage,
    email: {
      status: 'healthy',
      latency_ms: 0,
      detail: deps.config.EMAIL_HOST ? 'smtp' : 'no EMAIL_HOST, mail is kept locally',
    },
    sockets: {
      status: 'healthy',
      latency_ms: 0,
      detail: realtime ? `${realtime.countConnections()} open` : 'run by another process',
    },
  };
  const states = Object.values(checks).map((check) => check.status);
  const healthy = states.filter((state) => state === 'healthy').length;
  return {
    status: states.includes('unhealthy') ? 'unhealthy' : states.includes('degraded') ? 'degraded' : 'healthy',
    checks,
    summary: { healthy, total: states.length, percentage: Math.round((healthy / states.length) * 100) },
    response_time_ms: Math.round(performance.now() - start),
    timestamp: new Date().toISOString(),
    version: deps.config.version,
    environment: deps.config.NODE_ENV,
  };
}

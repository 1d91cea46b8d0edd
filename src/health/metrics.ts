import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../core/database.ts';
import type { Realtime } from '../core/realtime.ts';
import { requestOf } from '../http/request.ts';

/** What one process tells Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts every request by method, route template and status. */
  readonly middleware: RequestHandler;
}

export interface MetricsDeps {
  database: Database;
  realtime: () => Realtime | null;
}

export function createMetrics(deps: MetricsDeps): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'mycrm_' });
  const labelNames = ['method', 'route', 'status'] as const;
  const requests = new Counter({
    name: 'mycrm_http_requests_total',
    help: 'Requests answered.',
    labelNames,
    registers: [registry],
  });
  const durations = new Histogram({
    name: 'mycrm_http_request_duration_seconds',
    help: 'Seconds from the first byte of a request to the last of its answer.',
    labelNames,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const gauges = tableGauges(registry);
  const { pool } = deps.database;
  new Gauge({
    name: 'mycrm_database_pool_connections',
    help: 'Connections of the pool by state.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
    },
  });
  new Gauge({
    name: 'mycrm_socket_connections',
    help: 'Open sockets of this process.',
    registers: [registry],
    collect() {
      this.set(deps.realtime()?.countConnections() ?? 0);
    },
  });
  new Gauge({
    name: 'crm_uptime_seconds',
    help: 'Seconds since this process started.',
    registers: [registry],
    async collect() {
      this.set(Math.round(process.uptime()));
      await gauges(deps.database);
    },
  });
  return {
    registry,
    middleware: (req, res, next) => {
      const start = process.hrtime.bigint();
      res.on('finish', () => {
        const labels = { method: req.method, route: requestOf(req).template, status: String(res.statusCode) };
        requests.inc(labels);
        durations.observe(labels, Number(process.hrtime.bigint() - start) / 1e9);
      });
      next();
    },
  };
}

/** Figures of the database as a whole, read at each scrape in one statement. */
function tableGauges(registry: Registry) {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const usersTotal = gauge('crm_users_total', 'Accounts.');
  const usersActive = gauge('crm_users_active', 'Accounts that may sign in.');
  const notificationsTotal = gauge('crm_notifications_total', 'Notifications.');
  const notificationsUnread = gauge('crm_notifications_unread', 'Unread notifications.');
  const outboxEvents = gauge('mycrm_outbox_events', 'Events not yet dispatched.');
  const outboxLag = gauge('mycrm_outbox_lag_seconds', 'Age of the oldest event not yet dispatched.');
  const health = gauge('crm_health_status', '1 while the database answers.');
  return async (database: Database): Promise<void> => {
    try {
      const [row] = await database.query<Record<string, number>>(
        `SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS users,
           (SELECT count(*) FROM users WHERE deleted_at IS NULL AND is_active) AS active,
           (SELECT count(*) FROM notifications WHERE deleted_at IS NULL) AS notifications,
           (SELECT count(*) FROM notifications WHERE deleted_at IS NULL AND NOT is_read) AS unread,
           (SELECT count(*) FROM audit_logs WHERE dispatched_at IS NULL) AS waiting,
           (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float FROM audit_logs WHERE dispatched_at IS NULL) AS lag`,
      );
      usersTotal.set(row?.users ?? 0);
      usersActive.set(row?.active ?? 0);
      notificationsTotal.set(row?.notifications ?? 0);
      notificationsUnread.set(row?.unread ?? 0);
      outboxEvents.set(row?.waiting ?? 0);
      outboxLag.set(row?.lag ?? 0);
      health.set(1);
    } catch {
      // The figures of the process itself are worth most when the database is gone.
      health.set(0);
    }
  };
}

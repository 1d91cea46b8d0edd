import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from '../core/database.ts';
import type { Realtime } from '../core/realtime.ts';
import { type Observer, requestOf } from '../http/request.ts';
import type { Queue } from '../queue.ts';
import type { Status } from './health.service.ts';
import { addQueueGauges } from './queue-gauges.ts';
import { addTableGauges } from './table-gauges.ts';

/** What one process tells Prometheus. */
export interface Metrics {
  readonly registry: Registry;
  /** Counts every request by method, route template and status. */
  readonly observe: Observer;
}

export interface MetricsDeps {
  database: Database;
  realtime: () => Realtime | null;
  queue: Pick<Queue, 'readState'>;
  readStatus: () => Promise<Status>;
}

const HEALTH: Record<Status, number> = { healthy: 1, degraded: 0.5, unhealthy: 0 };

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
  addTableGauges(registry, deps.database);
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
    collect() {
      this.set(Math.round(process.uptime()));
    },
  });
  new Gauge({
    name: 'crm_health_status',
    help: '1 healthy, 0.5 degraded, 0 unhealthy, as health/ says.',
    registers: [registry],
    async collect() {
      this.set(HEALTH[await deps.readStatus()]);
    },
  });
  addQueueGauges(registry, deps.queue);
  return {
    registry,
    observe(req, res, milliseconds) {
      const labels = { method: req.method, route: requestOf(req).template, status: res.statusCode };
      requests.inc(labels);
      durations.observe(labels, milliseconds / 1000);
    },
  };
}

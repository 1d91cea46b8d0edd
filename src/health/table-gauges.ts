import { Gauge, type Registry } from 'prom-client';
import type { Database } from '../core/database.ts';

const GAUGES = {
  crm_users_total: 'Accounts.',
  crm_users_active: 'Accounts that may sign in.',
  crm_notifications_total: 'Notifications.',
  crm_notifications_unread: 'Unread notifications.',
  mycrm_outbox_events: 'Events not yet dispatched.',
  mycrm_outbox_lag_seconds: 'Age of the oldest event not yet dispatched.',
};

type Figures = Partial<Record<keyof typeof GAUGES, number>>;

/** Scrapes of one moment share one reading. */
const FRESH_MS = 500;

/** Figures of the database as a whole, read in one statement at each scrape, whichever gauge is asked first. */
export function addTableGauges(registry: Registry, database: Pick<Database, 'query'>): void {
  let reading: Promise<Figures> | null = null;
  const read = () => {
    if (reading) return reading;
    reading = readFigures(database);
    setTimeout(() => {
      reading = null;
    }, FRESH_MS).unref();
    return reading;
  };
  for (const name of Object.keys(GAUGES) as (keyof typeof GAUGES)[]) {
    new Gauge({
      name,
      help: GAUGES[name],
      registers: [registry],
      async collect() {
        const figure = (await read())[name];
        // Without the database the last known figures stand; what the process knows of itself is worth most then.
        if (figure !== undefined) this.set(figure);
      },
    });
  }
}

async function readFigures(database: Pick<Database, 'query'>): Promise<Figures> {
  try {
    const [row] = await database.query<Figures>(
      `SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL) AS crm_users_total,
         (SELECT count(*) FROM users WHERE deleted_at IS NULL AND is_active) AS crm_users_active,
         (SELECT count(*) FROM notifications WHERE deleted_at IS NULL) AS crm_notifications_total,
         (SELECT count(*) FROM notifications WHERE deleted_at IS NULL AND NOT is_read) AS crm_notifications_unread,
         (SELECT count(*) FROM audit_logs WHERE dispatched_at IS NULL) AS mycrm_outbox_events,
         (SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)::float
          FROM audit_logs WHERE dispatched_at IS NULL) AS mycrm_outbox_lag_seconds`,
    );
    return row ?? {};
  } catch {
    return {};
  }
}

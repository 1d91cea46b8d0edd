import pg from 'pg';
import type { Logger } from './logger.ts';

export interface ListeningPoolOptions {
  /** Runs the statements. */
  pool: pg.Pool;
  url: string;
  applicationName: string;
  logger: Logger;
}

const CONNECT_MS = 10_000;

/**
 * A pool for a library that checks a client out, says LISTEN on it and keeps it. From the real pool such a client would
 * be lost for good when the server cuts it: no library gives a dead one back, and after some losses none would be left.
 * Here each `connect()` opens a connection of its own, in the place of the one before; `query()` goes to the real pool.
 */
export function createListeningPool({ pool, url, applicationName, logger }: ListeningPoolOptions): pg.Pool {
  let current: pg.Client | null = null;

  async function connect() {
    const client = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
    });
    client.on('error', (error) => logger.warn({ err: error, connection: applicationName }, 'a listener was cut off'));
    await client.connect();
    if (current) retire(current);
    current = client;
    return Object.assign(client, { release: () => void client.end().catch(() => undefined) });
  }

  // These two are all that such a library calls.
  return { connect, query: pool.query.bind(pool) } as unknown as pg.Pool;
}

/** Who connects anew has given the last one up; hearing of its end, it would connect once more. */
function retire(client: pg.Client): void {
  client.removeAllListeners('end');
  void client.end().catch(() => undefined);
}

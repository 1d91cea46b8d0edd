import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Ctx } from './ctx.ts';
import type { Database } from './database.ts';
import type { Logger } from './logger.ts';

/** Short messages between the processes of one installation over PostgreSQL's LISTEN/NOTIFY. */
export interface Notices {
  /** `handler` gets the payload of each notice on `channel`, from this process and the others. */
  on(channel: string, handler: (payload: string) => void): void;
  /** Called when the connection was lost: what was sent meanwhile is gone, so drop what you cached. */
  onGap(handler: () => void): void;
  /** True while the connection stands. Without it no cache may be trusted. */
  isConnected(): boolean;
  close(): Promise<void>;
}

const RECONNECT_MS = 500;
const CONNECT_MS = 10_000;

// This process hears its own notices at the commit, before the answer is sent, and again, harmlessly, from PostgreSQL.
const nearby = new WeakMap<Database, EventEmitter>();

/** Sends a notice; inside a transaction it leaves at the commit. `payload` is at most 8,000 bytes. */
export async function sendNotice(
  ctx: Pick<Ctx, 'database' | 'db' | 'afterCommit'>,
  channel: string,
  payload: string,
): Promise<void> {
  await ctx.db.query('SELECT pg_notify($1, $2)', [channel, payload]);
  ctx.afterCommit(() => nearby.get(ctx.database)?.emit(channel, payload));
}

export interface NoticeOptions {
  /** Whose senders in this process are heard at once. */
  database: Database;
  url: string;
  applicationName: string;
  logger: Logger;
}

export async function openNotices({ database, url, applicationName, logger }: NoticeOptions): Promise<Notices> {
  const local = new EventEmitter().setMaxListeners(0);
  nearby.set(database, local);
  const handlers = new Map<string, ((payload: string) => void)[]>();
  const gapHandlers: (() => void)[] = [];
  let client: pg.Client | null = null;
  let isClosed = false;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: applicationName,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_MS,
    });
    next.on('notification', ({ channel, payload }) => {
      for (const handler of handlers.get(channel) ?? []) handler(payload ?? '');
    });
    next.on('error', (error) => logger.warn({ err: error }, 'notice connection failed'));
    next.on('end', () => {
      if (client === next) lose();
    });
    await next.connect();
    try {
      for (const channel of handlers.keys()) await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      void next.end().catch(() => undefined);
      throw error;
    }
    client = next;
  }

  function lose(): void {
    client = null;
    if (isClosed) return;
    for (const handler of gapHandlers) handler();
    setTimeout(reconnect, RECONNECT_MS).unref();
  }

  function reconnect(): void {
    if (isClosed) return;
    connect().then(
      () => {
        for (const handler of gapHandlers) handler();
      },
      () => setTimeout(reconnect, RECONNECT_MS).unref(),
    );
  }

  await connect();
  return {
    on(channel, handler) {
      local.on(channel, handler);
      const known = handlers.get(channel);
      if (known) {
        known.push(handler);
        return;
      }
      handlers.set(channel, [handler]);
      client
        ?.query(`LISTEN ${pg.escapeIdentifier(channel)}`)
        .catch((error) => logger.warn({ err: error }, 'LISTEN failed'));
    },
    onGap: (handler) => void gapHandlers.push(handler),
    isConnected: () => client !== null,
    async close() {
      isClosed = true;
      local.removeAllListeners();
      await client?.end();
    },
  };
}

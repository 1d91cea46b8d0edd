import type { Database } from './database.ts';
import type { Logger } from './logger.ts';

export interface Count {
  hits: number;
  resetsAt: Date;
}

interface Counter {
  windowStart: number;
  windowMs: number;
  /** As the database knew it at the last exchange, all processes together. */
  shared: number;
  /** Counted here since. */
  pending: number;
}

const EXCHANGE_MS = 200;

/**
 * Counters in fixed windows that all processes share through PostgreSQL. `count` answers at once from memory and
 * exchanges with the database every 200 ms, so a limited request costs no round trip; `countExactly` pays for one,
 * for limits of a few hits where a lag would matter.
 */
export class SharedCounters {
  readonly #database: Pick<Database, 'query'>;
  readonly #counters = new Map<string, Counter>();
  readonly #timer: NodeJS.Timeout;
  readonly #logger: Logger;

  constructor(database: Pick<Database, 'query'>, logger: Logger) {
    this.#database = database;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.exchange(), EXCHANGE_MS).unref();
  }

  count(key: string, windowMs: number): Count {
    const windowStart = startOfWindow(windowMs);
    let counter = this.#counters.get(key);
    if (!counter || counter.windowStart !== windowStart) {
      counter = { windowStart, windowMs, shared: 0, pending: 0 };
      this.#counters.set(key, counter);
    }
    counter.pending += 1;
    return { hits: counter.shared + counter.pending, resetsAt: new Date(windowStart + windowMs) };
  }

  async countExactly(key: string, windowMs: number): Promise<Count> {
    const windowStart = startOfWindow(windowMs);
    const [row] = await this.#add([{ key, windowStart, windowMs, hits: 1 }]);
    return { hits: row?.hits ?? 1, resetsAt: new Date(windowStart + windowMs) };
  }

  /**
   * Counts in a window that begins anew with each hit, so that what the last one locks stays locked for all of
   * `windowMs`; fixed windows would end it at the next full half hour.
   */
  async countSince(key: string, windowMs: number): Promise<Count> {
    const [row] = await this.#database.query<{ hits: number; expires_at: string }>(
      `INSERT INTO rate_limits AS r (key, window_start, hits, expires_at)
       VALUES ($1, 'epoch', 1, now() + make_interval(secs => $2))
       ON CONFLICT (key, window_start) DO UPDATE SET expires_at = excluded.expires_at,
         hits = CASE WHEN r.expires_at > now() THEN r.hits + 1 ELSE 1 END
       RETURNING hits, expires_at`,
      [key, windowMs / 1000],
    );
    return { hits: row?.hits ?? 1, resetsAt: new Date(row?.expires_at ?? Date.now() + windowMs) };
  }

  /** What {@link countSince} has counted, without counting. */
  async readSince(key: string): Promise<Count> {
    const [row] = await this.#database.query<{ hits: number; expires_at: string }>(
      "SELECT hits, expires_at FROM rate_limits WHERE key = $1 AND window_start = 'epoch' AND expires_at > now()",
      [key],
    );
    return { hits: row?.hits ?? 0, resetsAt: new Date(row?.expires_at ?? Date.now()) };
  }

  async forget(key: string): Promise<void> {
    this.#counters.delete(key);
    await this.#database.query('DELETE FROM rate_limits WHERE key = $1', [key]);
  }

  /** Sends what was counted here and learns what the others counted. */
  async exchange(): Promise<void> {
    const now = Date.now();
    const batch = [];
    for (const [key, counter] of this.#counters) {
      if (counter.windowStart + counter.windowMs <= now) this.#counters.delete(key);
      else if (counter.pending > 0) batch.push({ key, counter, hits: counter.pending });
    }
    if (batch.length === 0) return;
    for (const { counter, hits } of batch) {
      counter.pending -= hits;
      counter.shared += hits;
    }
    try {
      const rows = await this.#add(batch.map(({ key, counter, hits }) => ({ ...counter, key, hits })));
      for (const row of rows) {
        const counter = this.#counters.get(row.key);
        if (counter?.windowStart === row.window_start) counter.shared = row.hits;
      }
    } catch (error) {
      this.#logger.warn({ err: error }, 'rate limits could not be shared');
    }
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.exchange();
  }

  #add(hits: { key: string; windowStart: number; windowMs: number; hits: number }[]) {
    return this.#database.query<{ key: string; window_start: number; hits: number }>({
      name: 'rate_limits_add',
      text: `INSERT INTO rate_limits AS r (key, window_start, hits, expires_at)
        SELECT k, to_timestamp(s / 1000.0), h, to_timestamp((s + w) / 1000.0)
        FROM unnest($1::text[], $2::bigint[], $3::int[], $4::bigint[]) AS batch (k, s, h, w) ORDER BY k
        ON CONFLICT (key, window_start) DO UPDATE SET hits = r.hits + excluded.hits
        RETURNING key, (extract(epoch FROM window_start) * 1000)::bigint AS window_start, hits`,
      values: [
        hits.map((hit) => hit.key),
        hits.map((hit) => hit.windowStart),
        hits.map((hit) => hit.hits),
        hits.map((hit) => hit.windowMs),
      ],
    });
  }
}

// Aligned to the epoch, so that every process means the same window.
function startOfWindow(windowMs: number): number {
  return Math.floor(Date.now() / windowMs) * windowMs;
}

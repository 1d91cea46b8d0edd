import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Ctx } from '../core/ctx.ts';
import type { FieldDefinition } from '../core/field-definitions.ts';
import { indexesOf, indexPrefix } from '../crud/custom-field-sql.ts';

const RETRY_MS = 200;

type Definition = FieldDefinition & { is_shown: boolean };

/**
 * Makes the indexes of a field what its definition asks for. They are built and dropped CONCURRENTLY, so outside any
 * transaction and without holding up a writer; one that a killed worker left half built is built anew.
 */
export async function keepFieldIndexes(ctx: Ctx, id: string): Promise<void> {
  await withTableLock(ctx, id, async (client, table) => {
    const wanted = await readWanted(ctx, id);
    try {
      const standing = await dropOthers(client, id, wanted);
      const missing = [...wanted].filter(([name]) => !standing.has(name));
      for (const [, text] of missing) await client.query(text);
      // Without it the planner does not know how often a value occurs.
      if (missing.length > 0) await client.query(`ANALYZE ${table}`);
      await saveStatus(ctx, id, wanted.size > 0 ? 'ready' : 'none', null);
    } catch (error) {
      await saveStatus(ctx, id, 'failed', (error as Error).message.slice(0, 500));
      throw error;
    }
  });
}

/** Drops every index of a field. */
export async function dropFieldIndexes(ctx: Ctx, id: string): Promise<void> {
  await withTableLock(ctx, id, (client) => dropOthers(client, id, new Map()));
}

type Work<T> = (client: pg.PoolClient, table: string) => Promise<T>;

/**
 * One worker at a time on each table: two that build there wait for one another's end, which is a deadlock. It asks
 * again and again instead of waiting for the lock: a statement that waits holds a snapshot, for whose end the building
 * of the index would wait in turn. Meanwhile it holds no connection, of which whoever has the lock needs a second.
 */
async function withTableLock<T>(ctx: Ctx, id: string, work: Work<T>): Promise<T | undefined> {
  const [field] = await ctx.db.query<{ entity: string }>('SELECT entity FROM custom_fields WHERE id = $1', [id]);
  // Purged: its indexes went before it did.
  if (!field) return undefined;
  const { entity } = field;
  for (;;) {
    const turn = await takeTurn(ctx, `indexes of ${entity}`, (client) => work(client, entity));
    if (turn) return turn.result;
    await sleep(RETRY_MS);
  }
}

/** Answers `null` where the lock is somebody else's. */
async function takeTurn<T>(ctx: Ctx, lock: string, work: (client: pg.PoolClient) => Promise<T>) {
  const client = await ctx.database.pool.connect();
  let failure: Error | undefined;
  try {
    if (!(await tryLock(client, lock))) return null;
    try {
      return { result: await work(client) };
    } finally {
      await client.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [lock]);
    }
  } catch (error) {
    failure = error as Error;
    throw error;
  } finally {
    // A connection that failed may hold the lock yet.
    client.release(failure);
  }
}

async function tryLock(client: pg.PoolClient, lock: string): Promise<boolean> {
  const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS is_ours';
  return (await client.query<{ is_ours: boolean }>(text, [lock])).rows[0]?.is_ours === true;
}

async function readWanted(ctx: Ctx, id: string): Promise<Map<string, string>> {
  const [field] = await ctx.db.query<Definition>(
    `SELECT id, entity, name, field_type, "unique", is_filterable,
       is_active AND deleted_at IS NULL AND purge_requested_at IS NULL AS is_shown
     FROM custom_fields WHERE id = $1`,
    [id],
  );
  return field?.is_shown ? indexesOf(field) : new Map();
}

/** Answers the names of the wanted ones that stand already. */
async function dropOthers(client: pg.PoolClient, id: string, wanted: Map<string, string>): Promise<Set<string>> {
  const { rows } = await client.query<{ name: string; is_valid: boolean }>(
    `SELECT c.relname AS name, i.indisvalid AS is_valid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE starts_with(c.relname, $1)`,
    [indexPrefix(id)],
  );
  const standing = new Set<string>();
  for (const { name, is_valid } of rows) {
    if (is_valid && wanted.has(name)) standing.add(name);
    else await client.query(`DROP INDEX CONCURRENTLY IF EXISTS ${name}`);
  }
  return standing;
}

async function saveStatus(ctx: Ctx, id: string, status: string, error: string | null): Promise<void> {
  await ctx.db.query(
    `UPDATE custom_fields SET index_status = $2, index_error = $3, updated_at = now(), version = version + 1
     WHERE id = $1 AND (index_status, index_error) IS DISTINCT FROM ($2, $3)`,
    [id, status, error],
  );
}

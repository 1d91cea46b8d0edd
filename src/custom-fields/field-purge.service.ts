import { setTimeout as sleep } from 'node:timers/promises';
import { type Ctx, withTransaction } from '../core/ctx.ts';
import { record } from '../events/record.ts';
import { announceFieldChange } from './custom-field-cache.ts';
import { dropFieldIndexes } from './field-index.service.ts';

/** Changed so many at a time, so that no row is locked for long. */
const BATCH = 1000;
const RETRY_MS = 100;
const WAIT_MS = 60_000;

export interface PurgeRequest {
  id: string;
  requested_by: { id: string | null; name: string };
}

/**
 * Removes the values of an archived field from all rows, trash included, and then the field, whose name is free only
 * now: a field that is made under it finds no value of this one. Safe to run twice.
 */
export async function purgeField(ctx: Ctx, { id, requested_by }: PurgeRequest): Promise<void> {
  const [field] = await ctx.db.query<{ entity: string; name: string; label: string; version: number }>(
    'SELECT entity, name, label, version FROM custom_fields WHERE id = $1 AND purge_requested_at IS NOT NULL',
    [id],
  );
  if (!field) return;
  await outlastWriters(ctx);
  await dropFieldIndexes(ctx, id);
  let removed = 0;
  for (let last: string | null = null; ; ) {
    const rows: { id: string }[] = await withTransaction(ctx, (inner) => clearBatch(inner, field, last));
    removed += rows.length;
    if (rows.length < BATCH) break;
    last = rows.at(-1)?.id ?? null;
  }
  await withTransaction(ctx, async (inner) => {
    const gone = await inner.db.query('DELETE FROM custom_fields WHERE id = $1 RETURNING 1', [id]);
    if (gone.length === 0) return;
    const subject = { type: 'custom_field', id, version: field.version, label: field.label };
    const metadata = { entity: field.entity, name: field.name, rows: removed };
    const actor = requested_by.id ? { id: requested_by.id, name: requested_by.name } : undefined;
    await record(inner, 'custom_field.purged', subject, { metadata, actor });
    await announceFieldChange(inner);
  });
}

/** What such a transaction is still about to write, it may have checked while the field was there. */
async function outlastWriters(ctx: Ctx): Promise<void> {
  const [mark] = await ctx.db.query<{ id: string }>('SELECT pg_current_xact_id()::text AS id');
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const [row] = await ctx.db.query<{ is_over: boolean }>(
      'SELECT pg_snapshot_xmin(pg_current_snapshot()) > $1::xid8 AS is_over',
      [mark?.id],
    );
    if (row?.is_over) return;
    if (Date.now() > end) throw new Error('A transaction that began before the field was archived does not end.');
    await sleep(RETRY_MS);
  }
}

/** Beyond `after`, in the order of the ids, so that rows which are locked together are so in one order. */
function clearBatch(
  ctx: Ctx,
  field: { entity: string; name: string },
  after: string | null,
): Promise<{ id: string }[]> {
  return ctx.db.query(
    `WITH batch AS (SELECT id FROM ${field.entity} WHERE custom_fields ? $1 AND ($2::uuid IS NULL OR id > $2)
       ORDER BY id LIMIT ${BATCH} FOR UPDATE),
     cleared AS (UPDATE ${field.entity} t SET custom_fields = t.custom_fields - $1::text FROM batch WHERE t.id = batch.id)
     SELECT id FROM batch ORDER BY id`,
    [field.name, after],
  );
}

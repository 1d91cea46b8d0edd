import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { notFound } from '../core/errors.ts';
import type { Changes } from '../events/record.ts';
import { CUSTOM_COLUMN, fieldsOf, shownChanges, takeBackFields } from './custom-column.ts';
import { readRow } from './read-rows.ts';
import type { Resource } from './resource.ts';
import { beginSelect } from './select.ts';

interface PastEvent {
  action: string;
  changes: Changes;
  version: number | null;
  created_at: string;
}

/** The fields of a row as it was: all but those that are computed from other rows or from the time of the day. */
export function pastFields({ fields, computed }: Resource): string[] {
  return fields.filter((field) => computed[field] === undefined || computed[field].past !== undefined);
}

export function pastSchema(resource: Resource): z.ZodObject {
  const { shape } = resource.viewSchema;
  return z.strictObject(Object.fromEntries(pastFields(resource).map((field) => [field, shape[field] as z.ZodType])));
}

/**
 * A row as it was at an instant: as it is, with every change since taken back. Labels are those of the rows that it
 * named then, by what the caller may see today. Throws 404, before the row was made too.
 */
export async function readRowAsOf(ctx: Ctx, resource: Resource, id: string, instant: string): Promise<Row> {
  const fields = pastFields(resource);
  const row = await readRow(ctx, resource, id, { fields, isTrashed: 'either' });
  if (Date.parse(String(row.created_at)) > Date.parse(instant)) throw notFound(resource.noun);
  const since = await readEvents(ctx, resource, id, `created_at > $3 AND action <> 'created'`, instant);
  if (since.length === 0) return row;
  const [last] = await readEvents(ctx, resource, id, 'created_at <= $3 AND resource_version IS NOT NULL', instant, 1);
  const past: Row = {
    version: last?.version ?? Math.max(1, Number(since.at(-1)?.version ?? row.version) - 1),
    updated_at: last?.created_at ?? row.created_at,
  };
  const set = fieldsOf(ctx, resource);
  const recorded: Row = {};
  for (const event of since) {
    const changes = shownChanges(set, event.changes, event.created_at);
    for (const [field, [before]] of Object.entries(changes)) {
      if (resource.computed[field]?.past === 'recorded') recorded[field] = before;
      else if (resource.columns.has(field)) past[field] = before;
    }
    if (row[CUSTOM_COLUMN]) past[CUSTOM_COLUMN] = takeBackFields(past[CUSTOM_COLUMN] ?? row[CUSTOM_COLUMN], changes);
  }
  const turn = since.findLast(({ action }) => action === 'deleted' || action === 'restored');
  if (turn?.action === 'deleted') past.deleted_at = null;
  if (turn?.action === 'restored') {
    const [deleted] = await readEvents(ctx, resource, id, `created_at <= $3 AND action = 'deleted'`, instant, 1);
    past.deleted_at = deleted?.created_at ?? null;
  }
  const { text, values, bind } = beginSelect(ctx, resource, fields, { source: 'past' });
  const source = `SELECT p.* FROM ${resource.plural} present, jsonb_populate_record(present, ${bind(JSON.stringify(past))}::jsonb) p
    WHERE present.id = ${bind(id)}`;
  const [found] = await ctx.db.query(prepared(`WITH past AS (${source}) ${text}`, values));
  if (!found) throw notFound(resource.noun);
  return { ...found, ...recorded };
}

/** The events of a row, newest first. */
function readEvents(ctx: Ctx, resource: Resource, id: string, condition: string, instant: string, limit?: number) {
  return ctx.db.query<PastEvent>(
    prepared(
      `SELECT action, changes, resource_version AS version, created_at FROM audit_logs
       WHERE resource_type = $1 AND resource_id = $2 AND ${condition} ORDER BY id DESC LIMIT ${limit ?? 'ALL'}`,
      [resource.noun, id, instant],
    ),
  );
}

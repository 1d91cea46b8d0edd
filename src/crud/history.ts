import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { fieldsOf, shownChanges } from './custom-column.ts';
import { readRow } from './read-rows.ts';
import type { Resource } from './resource.ts';

export const historyEntry = z.strictObject({
  id: z.uuid(),
  action: z.string(),
  actor: z.strictObject({ id: z.uuid().nullable(), name: z.string() }),
  changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])).describe('field: [before, after]'),
  version: z.number().nullable(),
  created_at: z.string(),
});

export const historyView = z.strictObject({ results: z.array(historyEntry), next: z.string().nullable() });

export interface HistoryQuery {
  before?: string;
  page_size: number;
}

/** Who changed which field from what to what, newest first, for whoever may read the row, in the trash too. Throws 404. */
export async function readHistory(ctx: Ctx, resource: Resource, id: string, query: HistoryQuery, url: string) {
  await readRow(ctx, resource, id, { fields: ['id'], isTrashed: 'either' });
  const entries = await ctx.db.query<z.output<typeof historyEntry>>(
    prepared(
      `SELECT id, action, json_build_object('id', actor_id, 'name', actor_name) AS actor, changes,
         resource_version AS version, created_at
       FROM audit_logs WHERE resource_type = $1 AND resource_id = $2 AND ($3::uuid IS NULL OR id < $3)
       ORDER BY id DESC LIMIT $4`,
      [resource.noun, id, query.before ?? null, query.page_size + 1],
    ),
  );
  const hasMore = entries.length > query.page_size;
  if (hasMore) entries.pop();
  const next = new URL(url);
  next.searchParams.set('before', entries.at(-1)?.id ?? '');
  const set = fieldsOf(ctx, resource);
  const results = entries.map((entry) => ({ ...entry, changes: shownChanges(set, entry.changes, entry.created_at) }));
  return { results, next: hasMore ? next.href : null };
}

import type { Ctx } from '../core/ctx.ts';
import { readRow } from '../crud/read-rows.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { countMoved, type Moved } from './moved.ts';

export interface MergeEntry {
  id: string;
  created_at: string;
  created_by: { id: string | null; name: string };
  sources: { id: string; name: string }[];
  changed_fields: string[];
  moved: Record<string, number>;
  undone_at: string | null;
}

const MOST = 200;

/** What was merged into a row that the caller may read, newest first; sources out of their reach are left out. */
export async function listMerges(ctx: Ctx, resource: Resource, id: string): Promise<MergeEntry[]> {
  await readRow(ctx, resource, id, { fields: ['id'] });
  const { values, bind } = new Parameters();
  const rows = await ctx.db.query<Omit<MergeEntry, 'moved'> & { moved: Moved }>(
    `SELECT m.id, m.created_at, m.moved, m.undone_at, ARRAY(SELECT jsonb_object_keys(m.changes)) AS changed_fields,
       json_build_object('id', m.created_by_id, 'name',
         coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email, 'system')) AS created_by,
       coalesce((SELECT json_agg(json_build_object('id', t.id, 'name', ${resource.label('t')}) ORDER BY t.id)
         FROM ${resource.plural} t WHERE t.id = ANY(m.source_ids)
           AND ${scopeCondition(ctx, resource, resource.permissions.view, 't', bind)}), '[]') AS sources
     FROM merges m LEFT JOIN users u ON u.id = m.created_by_id
     WHERE m.noun = '${resource.noun}' AND m.target_id = ${bind(id)} ORDER BY m.id DESC LIMIT ${MOST}`,
    values,
  );
  return rows.map((row) => ({ ...row, moved: countMoved(row.moved) }));
}

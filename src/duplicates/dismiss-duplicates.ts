import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import type { EventName } from '../events/catalog.ts';
import { record } from '../events/record.ts';
import type { DuplicateRules } from './duplicate-rules.ts';

/** Says that two rows which look alike are two; a second time changes nothing. Throws 400 for rows out of reach. */
export async function dismissDuplicates(ctx: Ctx, { resource }: DuplicateRules, ids: string[]): Promise<void> {
  const { noun, plural, permissions, label } = resource;
  requirePermission(ctx.principal, permissions.edit);
  const { values, bind } = new Parameters();
  const reach = (['view', 'edit'] as const).map((right) =>
    scopeCondition(ctx, resource, permissions[right], 't', bind),
  );
  const rows = await ctx.db.query<{ id: string; label: string; version: number }>(
    `SELECT t.id, t.version, ${label('t')} AS label FROM ${plural} t
     WHERE t.id = ANY(${bind(ids)}::uuid[]) AND t.deleted_at IS NULL AND ${reach.join(' AND ')}`,
    values,
  );
  const known = new Set(rows.map(({ id }) => id));
  const missing = ids.findIndex((id) => !known.has(id));
  if (missing >= 0) throw fieldError(`ids.${missing}`, 'not_found', `No such ${noun}.`);
  const added = await ctx.db.query(
    `INSERT INTO duplicate_dismissals (id, created_by_id, noun, first_id, second_id)
     VALUES ($1, $2, $3, least($4::uuid, $5::uuid), greatest($4::uuid, $5::uuid))
     ON CONFLICT (noun, first_id, second_id) DO NOTHING RETURNING 1`,
    [newId(), ctx.principal.user_id, noun, ...ids],
  );
  if (added.length === 0) return;
  for (const row of rows) {
    const metadata = { other_id: ids.find((id) => id !== row.id) };
    await record(ctx, `${noun}.duplicate_dismissed` as EventName, { type: noun, ...row }, { metadata });
  }
}

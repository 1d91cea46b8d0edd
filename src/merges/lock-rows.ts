import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { permissionDenied } from '../core/errors.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';

export interface LockedRow {
  id: string;
  /** What a person calls it. */
  label: string;
  /** The columns that the application knows, as JSON holds them. */
  row: Row;
  deleted_at: string | null;
  merged_into_id: string | null;
}

/**
 * Locks those of the rows that the caller may read, in the trash too, in the order of their ids, so that two who want
 * some of the same rows wait for one another. Throws 403 where one of them may not be changed or deleted.
 */
export async function lockRows(ctx: Ctx, resource: Resource, ids: string[]): Promise<Map<string, LockedRow>> {
  const { plural, permissions, label, columns } = resource;
  requirePermission(ctx.principal, permissions.edit);
  requirePermission(ctx.principal, permissions.delete);
  const { values, bind } = new Parameters();
  const reaches = (['edit', 'delete'] as const).map(
    (right) => `coalesce(${scopeCondition(ctx, resource, permissions[right], 't', bind)}, FALSE) AS may_${right}`,
  );
  const known = [...columns.keys()].map((column) => `'${column}', t.${column}`);
  // Beyond 100 arguments a function takes no more.
  const row = chunk(known, 40).map((part) => `jsonb_build_object(${part.join(', ')})`);
  const found = await ctx.db.query<LockedRow & { may_edit: boolean; may_delete: boolean }>(
    prepared(
      `SELECT t.id, ${label('t')} AS label, ${row.join(' || ')} AS row, t.deleted_at, t.merged_into_id, ${reaches.join(', ')}
       FROM ${plural} t WHERE t.id = ANY(${bind(ids)}::uuid[])
         AND ${scopeCondition(ctx, resource, permissions.view, 't', bind)} ORDER BY t.id FOR UPDATE OF t`,
      values,
    ),
  );
  for (const right of ['edit', 'delete'] as const) {
    if (found.some((each) => !each[`may_${right}`])) {
      const permission = permissions[right];
      throw permissionDenied(permission, `This needs the permission ${permission} for each ${resource.noun}.`);
    }
  }
  return new Map(found.map((each) => [each.id, each]));
}

function chunk<T>(items: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

import { type Bind, findRowAccess, holdsPermission, type RequiredPermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Relation, Resource, Scoped } from './resource.ts';

/** A statement under construction: text with placeholders, and the values that fill them. */
export class Parameters {
  readonly values: unknown[] = [];
  readonly bind: Bind = (value) => {
    this.values.push(value);
    return `$${this.values.length}`;
  };
}

/** `false` the living rows, `true` those in the trash. */
export type Trash = boolean | 'either';

export function trashCondition(isTrashed: Trash): string {
  if (isTrashed === 'either') return 'TRUE';
  return isTrashed ? 't.deleted_at IS NOT NULL' : 't.deleted_at IS NULL';
}

/** Which rows the caller reaches, as a condition; `TRUE` for all of them. */
export function scopeCondition(
  ctx: Ctx,
  resource: Resource,
  permission: RequiredPermission,
  alias: string,
  bind: Bind,
): string {
  if (!holdsPermission(ctx.principal, permission)) return 'FALSE';
  return resource.scope(findRowAccess(ctx.principal, permission), alias, bind) ?? 'TRUE';
}

/**
 * `SELECT … FROM …` of the chosen fields, with the labels of relations limited to what the caller may read. `source`
 * stands in for the table: the rows that a statement has just written.
 */
export function selectFields(
  ctx: Ctx,
  resource: Resource,
  fields: readonly string[],
  bind: Bind,
  extra: string[] = [],
  source: string = resource.plural,
): string {
  const joins: string[] = [];
  const labels = new Map(
    Object.entries(resource.relations).map(([name, relation]) => [relation.label, { name, relation }]),
  );
  const scoped: Scoped = (rule, permission, alias) =>
    rule(findRowAccess(ctx.principal, permission), alias, bind) ?? 'TRUE';
  const columns = fields.map((field) => {
    const computed = resource.computed[field];
    if (computed) return `${computed.sql('t', scoped)} AS ${field}`;
    const labelled = labels.get(field);
    if (!labelled) return `t.${field}`;
    const alias = `r_${labelled.name}`;
    joins.push(joinRelation(ctx, labelled.relation, alias, bind));
    return `${labelled.relation.target().label(alias)} AS ${field}`;
  });
  return `SELECT ${[...columns, ...extra].join(', ')} FROM ${source} t${joins.join('')}`;
}

function joinRelation(ctx: Ctx, relation: Relation, alias: string, bind: Bind): string {
  const target = relation.target();
  const conditions = [`${alias}.id = t.${relation.column}`];
  if (!relation.card) {
    conditions.push(`${alias}.deleted_at IS NULL`);
    const scope = scopeCondition(ctx, target, target.permissions.view, alias, bind);
    if (scope !== 'TRUE') conditions.push(scope);
  }
  return ` LEFT JOIN ${target.plural} ${alias} ON ${conditions.join(' AND ')}`;
}

import { type Bind, findRowAccess, holdsPermission, type RequiredPermission } from '../auth/scope.ts';
import type { Ctx, Principal } from '../core/ctx.ts';
import { CUSTOM_COLUMN, fieldsOf, shownColumn } from './custom-column.ts';
import type { Relation, Resource, Scoped } from './resource.ts';

/** A statement under construction: text with placeholders, and the values that fill them. */
export class Parameters {
  readonly values: unknown[];
  readonly bind: Bind = (value) => {
    this.values.push(value);
    return `$${this.values.length}`;
  };

  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }
}

/** `false` the living rows, `true` those in the trash. */
export type Trash = boolean | 'either';

export function trashCondition(isTrashed: Trash): string {
  if (isTrashed === 'either') return 'TRUE';
  return isTrashed ? 't.deleted_at IS NOT NULL' : 't.deleted_at IS NULL';
}

/** Whether the row `t` has this value of a unique field, as its index compares. */
export function equalsUnique({ caseless = [] }: Resource, field: string, value: string): string {
  return caseless.includes(field) ? `lower(t.${field}) = lower(${value})` : `t.${field} = ${value}`;
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

/** `SELECT … FROM …` with the parameters it has bound, to which the rest of its statement adds. */
export interface Selection extends Parameters {
  readonly text: string;
}

export interface SelectOptions {
  /** Columns beside the fields. */
  extra?: readonly string[];
  /** Stands in for the table: the rows that a statement has just written. */
  source?: string;
}

/**
 * Begins a statement that answers the chosen fields, with the labels of relations limited to what the caller may read.
 * For one principal its text never changes, so it is made once and kept for as long as the principal is.
 */
export function beginSelect(
  ctx: Ctx,
  resource: Resource,
  fields: readonly string[],
  { extra = [], source = resource.plural }: SelectOptions = {},
): Selection {
  const known = keptFor(ctx.principal);
  const { hidden } = fieldsOf(ctx, resource);
  const key = `${resource.plural} ${source} ${fields === resource.fields ? '*' : fields} ${extra} ${hidden}`;
  let made = known.get(key);
  if (!made) {
    made = compileSelect(ctx, resource, fields, extra, source);
    if (known.size < MAX_KEPT) known.set(key, made);
  }
  return Object.assign(new Parameters(made.values), { text: made.text });
}

interface Compiled {
  text: string;
  values: readonly unknown[];
}

// Clients choose which fields they ask for, so the number of texts is theirs to raise.
const MAX_KEPT = 200;
const kept = new WeakMap<Principal, Map<string, Compiled>>();

function keptFor(principal: Principal): Map<string, Compiled> {
  let known = kept.get(principal);
  if (!known) {
    known = new Map();
    kept.set(principal, known);
  }
  return known;
}

function compileSelect(
  ctx: Ctx,
  resource: Resource,
  fields: readonly string[],
  extra: readonly string[],
  source: string,
): Compiled {
  const { values, bind } = new Parameters();
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
    if (!labelled) return field === CUSTOM_COLUMN ? shownColumn(fieldsOf(ctx, resource), 't') : `t.${field}`;
    const alias = `r_${labelled.name}`;
    joins.push(joinRelation(ctx, labelled.relation, alias, bind));
    return `${labelled.relation.target().label(alias)} AS ${field}`;
  });
  const text = `SELECT ${[...columns, ...extra].join(', ')} FROM ${source} t${joins.join('')}`;
  return { text, values };
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

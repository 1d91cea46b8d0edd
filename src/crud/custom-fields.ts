import { isDeepStrictEqual } from 'node:util';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { duplicate, type FieldError, validationError } from '../core/errors.ts';
import type { FieldDefinition, FieldSet } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import { explainIssue } from '../http/issues.ts';
import { CUSTOM_COLUMN, CUSTOM_PREFIX, fieldsOf } from './custom-column.ts';
import { schemaOf, targetOf } from './custom-field-kinds.ts';
import { valueSql } from './custom-field-sql.ts';
import type { Resource } from './resource.ts';
import { Parameters, scopeCondition } from './select.ts';

type Values = Record<string, unknown>;

/**
 * How a write treats the fields that it does not name: a create gives defaults, a replacement does and clears the rest.
 * To derive is to create what nobody filled in a form for, so that required fields may stay empty.
 */
export type WriteMode = 'create' | 'derive' | 'replace' | 'merge';

export interface AcceptedFields {
  /** What the column is to hold. */
  values: Values;
  /** The fields that the write is about, as the audit log spells them. */
  touched: string[];
}

/**
 * Checks what a write gives against the definitions and lays it over what the row holds. `null` clears a field, or all of them; values
 * of fields that are not shown stay. `null` as an answer: the write says nothing about custom fields.
 * Throws a 400 that names every faulty one as `custom_fields.name`.
 */
export async function acceptCustomFields(
  ctx: Ctx,
  resource: Resource,
  given: unknown,
  before: Row | null,
  mode: WriteMode,
): Promise<AcceptedFields | null> {
  if (!resource.columns.has(CUSTOM_COLUMN) || (given === undefined && (mode === 'merge' || mode === 'replace')))
    return null;
  const set = fieldsOf(ctx, resource);
  const held = (before?.[CUSTOM_COLUMN] ?? {}) as Values;
  const input = given === null && mode === 'merge' ? clearAll(set) : completeInput(set, (given ?? {}) as Values, mode);
  const values = { ...held };
  const errors: FieldError[] = [];
  for (const [name, value] of input) {
    const field = set.active.get(name);
    if (!field) errors.push(explainUnknown(set, name));
    else if (isBlank(value)) {
      delete values[name];
      if (field.required && mode !== 'derive') errors.push(faultOf(field, 'required', 'This field is required.'));
    } else if (!isDeepStrictEqual(value, held[name])) {
      // What the row holds already is let stand: a choice may have been taken from the offer since.
      errors.push(...(await acceptValue(ctx, field, value, values)));
    }
  }
  if (errors.length > 0) throw validationError(errors);
  return { values, touched: input.map(([name]) => `${CUSTOM_PREFIX}${name}`) };
}

function clearAll(set: FieldSet): [name: string, value: unknown][] {
  return [...set.active.keys()].map((name) => [name, null]);
}

function completeInput(set: FieldSet, given: Values, mode: WriteMode): [name: string, value: unknown][] {
  const input = Object.entries(given);
  if (mode === 'merge') return input;
  const absent = [...set.active.values()].filter((field) => !Object.hasOwn(given, field.name));
  const added = absent.map((field): [string, unknown] => [field.name, field.default]);
  return [
    ...input,
    ...added.filter(([name, value]) => mode === 'replace' || !isBlank(value) || set.active.get(name)?.required),
  ];
}

/** A form sends empty text for what was left out; an empty list chooses nothing. */
function isBlank(value: unknown): boolean {
  if (typeof value === 'string') return value.trim() === '';
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}

async function acceptValue(ctx: Ctx, field: FieldDefinition, value: unknown, values: Values): Promise<FieldError[]> {
  const parsed = schemaOf(field).safeParse(value, { error: explainIssue });
  if (!parsed.success) {
    return parsed.error.issues.map((issue) => {
      const code = issue.code === 'custom' && typeof issue.params?.code === 'string' ? issue.params.code : issue.code;
      return faultOf(field, code, issue.message);
    });
  }
  const target = targetOf(field);
  if (target && !(await ctx.customFields.canRefer(ctx, target, String(parsed.data)))) {
    return [faultOf(field, 'not_found', `There is no such row among the ${target}.`)];
  }
  values[field.name] = parsed.data;
  return [];
}

function faultOf(field: FieldDefinition, code: string, message: string): FieldError {
  return { field: `${CUSTOM_PREFIX}${field.name}`, code, message };
}

function explainUnknown(set: FieldSet, name: string): FieldError {
  const hint = set.active.size === 0 ? ' There are no custom fields here yet.' : suggestName(name, set.active.keys());
  return {
    field: `${CUSTOM_PREFIX}${name.slice(0, 80)}`,
    code: 'unknown_field',
    message: `Unknown custom field ${name.slice(0, 80)}.${hint}`,
  };
}

/**
 * Throws 409 where a living row holds one of the unique values already. Two writers of one value wait for one another,
 * so this holds while the index is being built, too.
 */
export async function refuseTakenFields(ctx: Ctx, resource: Resource, before: Row | null, after: Row): Promise<void> {
  const held = (before?.[CUSTOM_COLUMN] ?? {}) as Values;
  const values = (after[CUSTOM_COLUMN] ?? {}) as Values;
  for (const field of fieldsOf(ctx, resource).active.values()) {
    const value = values[field.name];
    if (!field.unique || value === undefined || value === held[field.name]) continue;
    await ctx.db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`${field.id} ${String(value)}`]);
    const { values: bound, bind } = new Parameters();
    const readable = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
    const [found] = await ctx.db.query<{ id: string; name: string; is_readable: boolean }>(
      `SELECT t.id, ${resource.label('t')} AS name, coalesce(${readable}, FALSE) AS is_readable FROM ${resource.plural} t
       WHERE ${valueSql(field, 't.')} = ${bind(value)} AND t.deleted_at IS NULL AND t.id <> ${bind(after.id)} LIMIT 1`,
      bound,
    );
    if (!found) continue;
    const message = `There is a ${resource.noun} with this ${field.label} already.`;
    const candidate = { id: found.id, name: found.name, reasons: [`${CUSTOM_PREFIX}${field.name}`] };
    throw duplicate(`${CUSTOM_PREFIX}${field.name}`, message, found.is_readable ? [candidate] : undefined);
  }
}

/** What of a row's custom fields a copy of it may hold: nothing unique, and no choice that is offered no more. */
export function copyFields(ctx: Ctx, resource: Resource, values: unknown): Values {
  const { active } = fieldsOf(ctx, resource);
  const kept = Object.entries((values ?? {}) as Values).filter(([name, value]) => {
    const field = active.get(name);
    return field && !field.unique && schemaOf(field).safeParse(value).success;
  });
  return Object.fromEntries(kept);
}

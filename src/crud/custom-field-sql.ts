import type { Bind } from '../auth/scope.ts';
import type { FieldDefinition } from '../core/field-definitions.ts';
import { kindOf } from './custom-field-kinds.ts';
import { COMPARISONS, escapeLike, type Filter } from './filters.ts';

/**
 * A custom field in SQL. The definition vouches for the name: it consists of lower-case letters, digits and _, which
 * the table of the definitions checks too. An index serves a statement only where both spell the expression alike, so
 * all of them come from here.
 */

function isNumber(field: FieldDefinition): boolean {
  return kindOf(field).kind === 'number';
}

/** The value, or null; `alias` comes with its dot, or empty. What is no number, left by whatever wrote it, counts as none instead of failing the statement. */
export function valueSql(field: FieldDefinition, alias: string): string {
  const text = `(${alias}custom_fields ->> '${field.name}')`;
  if (!isNumber(field)) return text;
  return `(CASE WHEN jsonb_typeof(${alias}custom_fields -> '${field.name}') = 'number' THEN ${text}::numeric END)`;
}

/**
 * What the field is ordered by: never null, so that a keyset begins in an index wherever it stands. A row without a
 * value comes last, which takes another key, and another index, for each direction.
 */
export function sortKeySql(field: FieldDefinition, alias: string, isDescending: boolean): string {
  const value = valueSql(field, alias);
  if (isNumber(field)) return `coalesce(${value}, '${isDescending ? '-' : ''}Infinity'::numeric)`;
  const [present, absent] = isDescending ? ['b', 'a'] : ['a', 'b'];
  return `(coalesce('${present}' || ${value}, '${absent}') COLLATE ${collationOf(field)})`;
}

/** Words as people order them; dates, addresses and what else has one spelling by its bytes. */
function collationOf(field: FieldDefinition): string {
  return field.field_type === 'text' ? 'public.natural_order' : '"C"';
}

/** The key as a cursor carries it: JSON knows no infinity. */
export function cursorKeySql(field: FieldDefinition, alias: string, isDescending: boolean): string {
  const key = sortKeySql(field, alias, isDescending);
  return isNumber(field) ? `${key}::text` : key;
}

/**
 * The indexes that a field needs, by name. They are made from the definition's id, so no later field finds them. Rows in
 * the trash stand in them too: of a partial index the planner does not use what it knows of its values.
 */
export function indexesOf(field: FieldDefinition): Map<string, string> {
  const { kind, isSortable } = kindOf(field);
  const keys: Record<string, string> = {};
  if (field.unique) keys.unique = `btree (${valueSql(field, '')}) WHERE deleted_at IS NULL`;
  if (field.is_filterable && kind === 'list') keys.any = `gin (${listSql(field, '')})`;
  if (field.is_filterable && kind !== 'list') keys.asc = `btree (${sortKeySql(field, '', false)}, id)`;
  if (field.is_filterable && isSortable) keys.desc = `btree (${sortKeySql(field, '', true)}, id)`;
  const statements = Object.entries(keys).map(([suffix, text]): [string, string] => {
    const name = `${indexPrefix(field.id)}${suffix}`;
    const create = suffix === 'unique' ? 'CREATE UNIQUE INDEX' : 'CREATE INDEX';
    return [name, `${create} CONCURRENTLY ${name} ON ${field.entity} USING ${text}`];
  });
  return new Map(statements);
}

/** The names that {@link indexesOf} gives begin so. */
export function indexPrefix(id: string): string {
  return `cf_${id.replaceAll('-', '')}_`;
}

/** The condition in SQL, by the keys that the indexes hold. Values only through `bind`. */
export function compileCustomFilter(field: FieldDefinition, filter: Filter, alias: string, bind: Bind): string {
  const { operator, value } = filter;
  if (kindOf(field).kind === 'list') return compileListFilter(field, filter, alias, bind);
  const plain = valueSql(field, alias);
  const key = (isDescending: boolean) => sortKeySql(field, alias, isDescending);
  const operand = (each: unknown, prefix: string) =>
    isNumber(field) ? `${bind(each)}::numeric` : bind(`${prefix}${String(each)}`);
  switch (operator) {
    case 'isnull':
      return value ? `${plain} IS NULL` : `${plain} IS NOT NULL`;
    case 'in': {
      const items = value as unknown[];
      if (items.length === 0) return 'FALSE';
      return isNumber(field)
        ? `${key(false)} = ANY(${bind(items)}::numeric[])`
        : `${key(false)} = ANY(${bind(items.map((item) => `a${String(item)}`))}::text[])`;
    }
    case 'eq':
      return `${key(false)} = ${operand(value, 'a')}`;
    case 'ne':
      return `${plain} IS DISTINCT FROM ${operand(value, '')}`;
    case 'contains':
      return `${plain} ILIKE ${bind(`%${escapeLike(String(value))}%`)}`;
    case 'startswith':
      return `${plain} ILIKE ${bind(`${escapeLike(String(value))}%`)}`;
    case 'gt':
    case 'gte':
      // Below every value stand the rows without one.
      return `${key(true)} ${COMPARISONS[operator]} ${operand(value, 'b')}`;
    default:
      return `${key(false)} ${COMPARISONS[operator]} ${operand(value, 'a')}`;
  }
}

function listSql(field: FieldDefinition, alias: string): string {
  return `json_words(${alias}custom_fields -> '${field.name}')`;
}

/** A choice of several is found by any of those asked for. */
function compileListFilter(field: FieldDefinition, { operator, value }: Filter, alias: string, bind: Bind): string {
  const list = listSql(field, alias);
  if (operator === 'isnull') return value ? `${list} IS NULL` : `${list} IS NOT NULL`;
  const wanted = operator === 'in' ? (value as string[]) : [value];
  return wanted.length === 0 ? 'FALSE' : `${list} && ${bind(wanted)}::text[]`;
}

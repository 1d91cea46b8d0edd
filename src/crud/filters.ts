import { validate as isUuid } from 'uuid';
import type { ZodType } from 'zod';
import type { Bind } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { type FieldError, fieldError, validationError } from '../core/errors.ts';
import type { FieldDefinition } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import { dateToWallTime, endOfDay, fromWallTime } from '../core/time-zones.ts';
import { explainIssue } from '../http/issues.ts';
import type { Operator } from './operators.ts';
import type { ColumnKind, Resource } from './resource.ts';

const BY_KIND: Record<ColumnKind, readonly Operator[]> = {
  text: ['eq', 'in', 'ne', 'gt', 'gte', 'lt', 'lte', 'contains', 'startswith', 'isnull'],
  uuid: ['eq', 'in', 'ne', 'isnull'],
  instant: ['eq', 'in', 'ne', 'gt', 'gte', 'lt', 'lte', 'isnull'],
  date: ['eq', 'in', 'ne', 'gt', 'gte', 'lt', 'lte', 'isnull'],
  number: ['eq', 'in', 'ne', 'gt', 'gte', 'lt', 'lte', 'isnull'],
  boolean: ['eq', 'ne', 'isnull'],
  list: ['eq', 'in', 'isnull'],
  json: ['isnull'],
};

/** The operators that filters on `field` may use, `eq` being the bare field name. */
export function operatorsOf(resource: Resource, field: string): readonly Operator[] {
  return BY_KIND[resource.columns.get(field) ?? 'text'];
}

const MAX_LIST = 500;

/** One condition of a list, its value parsed and not yet in SQL. */
export interface Filter {
  field: string;
  operator: Operator;
  value: unknown;
  /** Where the field is one that the installation has added. */
  custom?: FieldDefinition;
}

/** Parses `field=value` or `field__op=value`. Answers `null` when the parameter is no filter of this resource. */
export function parseFilter(resource: Resource, parameter: string, text: string): Filter | null {
  if (Object.hasOwn(resource.computedFilters, parameter)) {
    return { field: parameter, operator: 'eq', value: parseScalar('boolean', parameter, text) };
  }
  const alias = Object.hasOwn(resource.filterAliases, parameter) ? resource.filterAliases[parameter] : undefined;
  if (alias) {
    const kind = resource.columns.get(alias.field) ?? 'text';
    const on = { field: alias.field, kind, schema: shapeOf(resource, alias.field), knowsDays: true };
    return { ...alias, value: parseOperand(on, alias.operator, parameter, text) };
  }
  const [field = '', operator = 'eq', ...rest] = parameter.split('__');
  if (rest.length > 0) return null;
  if (!resource.filters.includes(field)) return null;
  const kind = resource.columns.get(field) ?? 'text';
  const on = { field, kind, schema: shapeOf(resource, field), knowsDays: true };
  return parseCondition(on, operator, parameter, text);
}

function shapeOf(resource: Resource, field: string): ZodType | undefined {
  return resource.write[field] ?? resource.read[field];
}

/** What a condition needs to know of the field that it is on. */
interface FilterField {
  field: string;
  kind: ColumnKind;
  /** The shape of its values, where it has one. */
  schema: ZodType | undefined;
  /** Whether a bare date on an instant is kept as the day that it is, which each reader's time zone lays down. */
  knowsDays?: boolean;
}

/** The condition that `operator` and `text` make on a field. Throws a 400 at `parameter`. */
export function parseCondition(on: FilterField, operator: string, parameter: string, text: string): Filter {
  const { field, kind } = on;
  const allowed = BY_KIND[kind];
  if (!allowed.includes(operator as Operator) || (operator === 'eq' && parameter !== field)) {
    const valid = allowed.filter((each) => each !== 'eq');
    throw fieldError(
      parameter,
      'unknown_operator',
      `${field} has no filter ${operator.slice(0, 80)}.${operator === 'eq' ? ` Did you mean ${field}?` : suggestName(operator, valid)}`,
    );
  }
  return { field, operator: operator as Operator, value: parseOperand(on, operator as Operator, parameter, text) };
}

function parseOperand(on: FilterField, operator: Operator, parameter: string, text: string): unknown {
  if (operator === 'isnull') return parseScalar('boolean', parameter, text);
  if (operator === 'in') {
    // An empty list is kept: it filters to nothing, never to everything.
    const items = text === '' ? [] : splitList(text);
    if (items.length > MAX_LIST) throw fieldError(parameter, 'too_many', `Give at most ${MAX_LIST} values.`);
    return items.map((item) => parseExact(on, parameter, item.trim()));
  }
  if (operator === 'eq' || operator === 'ne') return parseExact(on, parameter, text);
  return parseValue(on, parameter, text);
}

/** At commas with no backslash before them; one with it belongs to its value, and two are one. */
function splitList(text: string): string[] {
  return text.split(/(?<=(?:^|[^\\])(?:\\\\)*),/).map((item) => item.replace(/\\([\\,])/g, '$1'));
}

/** A value to compare for equality goes through the field's own shape: a wrong choice is told, an e-mail normalised. */
function parseExact(on: FilterField, parameter: string, text: string): unknown {
  const { kind, schema } = on;
  if (kind !== 'text' || !schema || text === '') return parseValue(on, parameter, text);
  const parsed = schema.safeParse(text, { error: explainIssue });
  // Blank text means null in a form; as a filter it is a value left out.
  if (parsed.success && parsed.data === null) throw fieldError(parameter, 'required', 'Give a value.');
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(
    (issue): FieldError => ({ field: parameter, code: issue.code, message: issue.message }),
  );
  throw validationError(errors);
}

function parseValue({ kind, knowsDays }: FilterField, parameter: string, text: string): unknown {
  const isDay = knowsDays && kind === 'instant' && DATE.test(text);
  return parseScalar(isDay ? 'date' : kind, parameter, text);
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?)?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;

/** Whether the day exists: `Date` turns 31 February into 3 March. */
function isOnCalendar(date: string): boolean {
  return new Date(date).toISOString().startsWith(date);
}

/** ISO 8601, UTC unless it says otherwise. Throws a 400. */
export function parseInstant(parameter: string, text: string): string {
  return String(parseScalar('instant', parameter, text));
}

function parseScalar(kind: ColumnKind, parameter: string, text: string): unknown {
  if (text === '') throw fieldError(parameter, 'required', 'Give a value.');
  if (text.includes('\0')) throw fieldError(parameter, 'invalid', 'Contains a character that cannot be stored.');
  switch (kind) {
    case 'uuid':
      if (!isUuid(text)) throw fieldError(parameter, 'invalid_uuid', 'Give a UUID.');
      return text;
    case 'number': {
      if (!/^-?\d{1,15}(\.\d{1,6})?$/.test(text)) throw fieldError(parameter, 'invalid_number', 'Give a number.');
      return Number(text);
    }
    case 'boolean':
      if (text === 'true' || text === '1') return true;
      if (text === 'false' || text === '0') return false;
      throw fieldError(parameter, 'invalid_boolean', 'Give true or false.');
    case 'instant':
    case 'date': {
      const pattern = kind === 'date' ? DATE : INSTANT;
      if (!pattern.test(text) || Number.isNaN(Date.parse(text)) || !isOnCalendar(text.slice(0, 10))) {
        throw fieldError(
          parameter,
          'invalid_datetime',
          kind === 'date' ? 'Give a date, YYYY-MM-DD.' : 'Give an instant, ISO 8601.',
        );
      }
      return kind === 'date'
        ? text
        : new Date(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || DATE.test(text) ? text : `${text}Z`).toISOString();
    }
    default:
      return text;
  }
}

export const COMPARISONS = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;
const CASTS: Record<ColumnKind, string> = {
  text: 'text',
  uuid: 'uuid',
  instant: 'timestamptz',
  date: 'date',
  number: 'numeric',
  boolean: 'boolean',
  list: 'text',
  json: 'jsonb',
};

/** The condition in SQL. Field names come from the resource's own list, values only through `bind`. */
export function compileFilter(ctx: Ctx, resource: Resource, filter: Filter, alias: string, bind: Bind): string {
  const computed = Object.hasOwn(resource.computedFilters, filter.field) && resource.computedFilters[filter.field];
  if (computed) return `(${computed.sql(alias, ctx.principal, bind)}) IS ${filter.value ? '' : 'NOT '}TRUE`;
  const kind = resource.columns.get(filter.field) ?? 'text';
  const column = `${alias}.${filter.field}`;
  const cast = CASTS[kind];
  const { operator, value } = filter;
  if (kind === 'instant' && [value].flat().some(isDay)) return compileDays(ctx, operator, column, [value].flat(), bind);
  switch (operator) {
    case 'isnull':
      return value ? `${column} IS NULL` : `${column} IS NOT NULL`;
    case 'in':
      if ((value as unknown[]).length === 0) return 'FALSE';
      return kind === 'list' ? `${column} && ${bind(value)}::text[]` : `${column} = ANY(${bind(value)}::${cast}[])`;
    case 'eq':
      return kind === 'list' ? `${column} @> ARRAY[${bind(value)}::text]` : `${column} = ${bind(value)}::${cast}`;
    case 'ne':
      return `${column} IS DISTINCT FROM ${bind(value)}::${cast}`;
    case 'contains':
      return `${column} ILIKE ${bind(`%${escapeLike(String(value))}%`)}`;
    case 'startswith':
      return `${column} ILIKE ${bind(`${escapeLike(String(value))}%`)}`;
    default:
      return `${column} ${COMPARISONS[operator]} ${bind(value)}::${cast}`;
  }
}

function isDay(value: unknown): boolean {
  return typeof value === 'string' && DATE.test(value);
}

/** A day on an instant is all of it, in the caller's time zone: up to it means to its end, and after it from there. */
function compileDays(ctx: Ctx, operator: Operator, column: string, values: unknown[], bind: Bind): string {
  const { time_zone } = ctx.principal;
  const at = (value: unknown) => `${bind(value)}::timestamptz`;
  const first = (day: unknown) => at(fromWallTime(dateToWallTime(String(day)), time_zone).toISOString());
  // Instants are stored to the millisecond, so there is nothing between the last one and the next day.
  const last = (day: unknown) => at(endOfDay(dateToWallTime(String(day)), time_zone).toISOString());
  const within = (value: unknown) =>
    isDay(value) ? `${column} BETWEEN ${first(value)} AND ${last(value)}` : `${column} = ${at(value)}`;
  const [day] = values;
  switch (operator) {
    case 'gt':
    case 'lte':
      return `${column} ${COMPARISONS[operator]} ${last(day)}`;
    case 'gte':
    case 'lt':
      return `${column} ${COMPARISONS[operator]} ${first(day)}`;
    case 'ne':
      return `(${within(day)}) IS NOT TRUE`;
    default:
      return `(${values.map(within).join(' OR ')})`;
  }
}

export function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

import type { Bind } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError, validationError } from '../core/errors.ts';
import type { FieldDefinition, FieldSet } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import { type Cursor, decodeCursor } from './cursor.ts';
import { CUSTOM_PREFIX, fieldsOf } from './custom-column.ts';
import { findSortable, parseCustomFilter } from './custom-field-filters.ts';
import { type Filter, parseFilter } from './filters.ts';
import { OPERATORS } from './operators.ts';
import type { Resource } from './resource.ts';

export interface SortKey {
  field: string;
  isDescending: boolean;
  /** Where the field is one that the installation has added. */
  custom?: FieldDefinition;
}

/** Which fields of a row to answer, and what to put beside them. */
export interface Selection {
  fields: readonly string[];
  expand: Expansion[];
}

export interface ListQuery extends Selection {
  filters: Filter[];
  search: string | null;
  sort: SortKey[];
  /** The resource and ordering, to which its cursors are bound. */
  madeFor: string;
  pageSize: number;
  /** Set unless a cursor is used. */
  page: number | null;
  /** `undefined`: paging by number. `null`: the first page by cursor. */
  cursor: Cursor | null | undefined;
  count: 'auto' | 'exact' | 'none';
  isTrashed: boolean;
  /** What a service asks of the rows beyond the filters of its caller, in SQL over the alias. */
  conditions?: readonly ((alias: string, bind: Bind) => string)[];
}

/** A relation to load beside its id, and those to load beside that. */
export interface Expansion {
  name: string;
  nested: Expansion[];
}

const CONTROLS = ['search', 'ordering', 'page', 'page_size', 'limit', 'cursor', 'count', 'fields', 'expand', 'trashed'];
const MAX_PAGE_SIZE = 200;
/** How far into a list page numbers reach. */
export const MAX_DEPTH_ROWS = 10_000;
const MAX_PARAMETERS = 60;
const MAX_SEARCH = 200;

/** Parses the query of a list. Throws a 400 that names whatever is unknown and the nearest valid name. */
export function parseListQuery(
  ctx: Pick<Ctx, 'customFields' | 'signatureKey'>,
  resource: Resource,
  query: Record<string, string>,
): ListQuery {
  const set = fieldsOf(ctx, resource);
  const names = Object.keys(query);
  if (names.length > MAX_PARAMETERS) throw fieldError('', 'too_many', `Give at most ${MAX_PARAMETERS} parameters.`);
  const filters: Filter[] = [];
  for (const name of names) {
    if (CONTROLS.includes(name)) continue;
    const text = query[name] ?? '';
    const filter = isCustom(resource, name) ? parseCustomFilter(set, name, text) : parseFilter(resource, name, text);
    if (!filter) throw unknownParameter(resource, name);
    filters.push(filter);
  }
  const sort = parseOrdering(resource, set, query.ordering);
  const madeFor = `${resource.plural} ${sort.map(({ field, isDescending }) => (isDescending ? `-${field}` : field))}`;
  const sizeName = query.limit === undefined ? 'page_size' : 'limit';
  const pageSize = parseWhole(sizeName, query[sizeName] ?? '25', 1, MAX_PAGE_SIZE);
  if (query.page_size !== undefined && query.limit !== undefined) {
    throw fieldError('limit', 'repeated', 'limit is another name of page_size; give one of them.');
  }
  const isCursor = query.cursor !== undefined;
  if (isCursor && query.page !== undefined) throw fieldError('page', 'conflict', 'Give page or cursor, not both.');
  return {
    filters,
    search: parseSearch(resource, query.search),
    sort,
    madeFor,
    pageSize,
    page: isCursor ? null : parsePage(query.page ?? '1', pageSize),
    cursor: isCursor ? (query.cursor ? decodeCursor(ctx.signatureKey, query.cursor, madeFor) : null) : undefined,
    count: parseChoice('count', query.count ?? 'auto', ['auto', 'exact', 'none'] as const),
    ...parseSelection(resource, query),
    isTrashed: parseChoice('trashed', query.trashed ?? 'false', ['true', 'false'] as const) === 'true',
  };
}

/** `fields` and `expand`, which single-row reads take too. */
export function parseSelection(resource: Resource, query: Record<string, string>): Selection {
  const expand = parseExpand(resource, query.expand);
  return { fields: parseFields(resource, query.fields, expand), expand };
}

/** The query of a single-row read: `fields` and `expand` only. */
export function parseReadQuery(resource: Resource, query: Record<string, string>): Selection {
  for (const name of Object.keys(query)) {
    if (name === 'fields' || name === 'expand') continue;
    throw validationError([
      {
        field: name.slice(0, 80),
        code: 'unknown_parameter',
        message: `Unknown parameter.${suggestName(name, ['fields', 'expand'])}`,
      },
    ]);
  }
  return parseSelection(resource, query);
}

function isCustom(resource: Resource, path: string): boolean {
  return path.startsWith(CUSTOM_PREFIX) && resource.columns.has('custom_fields');
}

function parseOrdering(resource: Resource, set: FieldSet, text: string | undefined): SortKey[] {
  const sort: SortKey[] = [];
  for (const item of (text || '-created_at').split(',')) {
    const isDescending = item.startsWith('-');
    const field = isDescending ? item.slice(1) : item;
    if (field === '')
      throw fieldError('ordering', 'required', 'Name a field to order by, with - before it to descend.');
    const custom = isCustom(resource, field) ? findSortable(set, field) : undefined;
    if (!custom && !resource.sorts.includes(field)) {
      throw fieldError(
        'ordering',
        'unknown_field',
        `Cannot order by ${field.slice(0, 80)}.${suggestName(field, resource.sorts)}`,
      );
    }
    if (sort.some((each) => each.field === field))
      throw fieldError('ordering', 'repeated', `${field} stands there twice.`);
    sort.push({ field, isDescending, custom });
  }
  const last = sort.at(-1);
  // The id makes the order total, which paging needs; in the direction of the last field one index serves both.
  if (last && last.field !== 'id') sort.push({ field: 'id', isDescending: last.isDescending });
  return sort;
}

function parsePage(text: string, pageSize: number): number {
  const page = parseWhole('page', text, 1, Number.MAX_SAFE_INTEGER);
  if (page * pageSize > MAX_DEPTH_ROWS) {
    throw fieldError(
      'page',
      'too_deep',
      `Rows beyond ${MAX_DEPTH_ROWS} are read with cursor: begin with cursor= and follow next.`,
    );
  }
  return page;
}

function parseWhole(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw fieldError(name, 'invalid_number', `Give a whole number ${range}.`);
}

function parseChoice<T extends string>(name: string, text: string, choices: readonly T[]): T {
  if ((choices as readonly string[]).includes(text)) return text as T;
  throw fieldError(name, 'invalid_choice', `Give one of ${choices.join(', ')}.`);
}

function parseSearch(resource: Resource, text: string | undefined): string | null {
  if (text === undefined || text === '') return null;
  if (!resource.isSearchable) throw unknownParameter(resource, 'search');
  if (text.length > MAX_SEARCH) throw fieldError('search', 'too_long', `Give at most ${MAX_SEARCH} characters.`);
  return text;
}

function parseFields(resource: Resource, text: string | undefined, expand: Expansion[]): readonly string[] {
  if (text === undefined) return resource.fields;
  const fields = new Set(['id']);
  for (const field of text.split(',').filter(Boolean)) {
    if (!resource.fields.includes(field)) {
      throw fieldError(
        'fields',
        'unknown_field',
        `No field ${field.slice(0, 80)}.${suggestName(field, resource.fields)}`,
      );
    }
    fields.add(field);
  }
  for (const { name } of expand) fields.add(resource.relations[name]!.column);
  return resource.fields.filter((field) => fields.has(field));
}

function parseExpand(resource: Resource, text: string | undefined): Expansion[] {
  const expansions: Expansion[] = [];
  for (const path of (text ?? '').split(',').filter(Boolean)) {
    const [first = '', second, ...rest] = path.split('.');
    if (rest.length > 0) throw fieldError('expand', 'too_deep', 'Relations are expanded two deep at most.');
    const relation = findRelation(resource, first);
    let expansion = expansions.find((each) => each.name === first);
    if (!expansion) {
      expansion = { name: first, nested: [] };
      expansions.push(expansion);
    }
    if (second !== undefined) {
      if (relation.card) throw fieldError('expand', 'too_deep', `${first} has nothing to expand.`);
      findRelation(relation.target(), second);
      if (!expansion.nested.some((each) => each.name === second)) expansion.nested.push({ name: second, nested: [] });
    }
  }
  return expansions;
}

function findRelation(resource: Resource, name: string) {
  const relation = Object.hasOwn(resource.relations, name) ? resource.relations[name] : undefined;
  if (relation) return relation;
  throw fieldError(
    'expand',
    'unknown_relation',
    `No relation ${name.slice(0, 80)}.${suggestName(name, Object.keys(resource.relations))}`,
  );
}

function unknownParameter(resource: Resource, name: string) {
  const [field = '', operator] = name.split('__');
  const controls = CONTROLS.filter((control) => control !== 'search' || resource.isSearchable);
  const others = [...Object.keys(resource.filterAliases), ...Object.keys(resource.computedFilters)];
  const known = [...controls, ...resource.filters, ...others];
  const hint = suggestName(OPERATORS.includes(operator as never) ? field : name, known);
  return validationError([
    { field: name.slice(0, 80), code: 'unknown_parameter', message: `Unknown parameter ${name.slice(0, 80)}.${hint}` },
  ]);
}

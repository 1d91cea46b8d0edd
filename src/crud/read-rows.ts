import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { notFound } from '../core/errors.ts';
import { encodeCursor } from './cursor.ts';
import { compileCustomFilter, cursorKeySql, sortKeySql } from './custom-field-sql.ts';
import { compileFilter } from './filters.ts';
import { type Expansion, type ListQuery, MAX_DEPTH_ROWS, type SortKey } from './list-query.ts';
import type { Resource } from './resource.ts';
import { compileSearch } from './search.ts';
import { beginSelect, Parameters, scopeCondition, type Trash, trashCondition } from './select.ts';

export interface Page {
  count: number | null;
  count_is_estimate: boolean;
  next: string | null;
  previous: string | null;
  results: Row[];
}

export interface ReadOptions {
  fields?: readonly string[];
  expand?: Expansion[];
  isTrashed?: Trash;
}

/** One row within the caller's scope. Throws 404 otherwise. */
export async function readRow(ctx: Ctx, resource: Resource, id: string, options: ReadOptions = {}): Promise<Row> {
  const { text, values, bind } = beginSelect(ctx, resource, options.fields ?? resource.fields);
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const living = trashCondition(options.isTrashed ?? false);
  const [row] = await ctx.db.query(prepared(`${text} WHERE t.id = ${bind(id)} AND ${living} AND ${scope}`, values));
  if (!row) throw notFound(resource.noun);
  if (options.expand?.length) await expandRows(ctx, resource, [row], options.expand);
  return row;
}

/** One page of rows within the caller's scope. `url` is the request's address, from which the links are made. */
export async function listRows(ctx: Ctx, resource: Resource, query: ListQuery, url: string): Promise<Page> {
  const isCursor = query.cursor !== undefined;
  const isBackward = query.cursor?.isBackward ?? false;
  const isPastPages = query.page !== null && (query.page + 1) * query.pageSize > MAX_DEPTH_ROWS;
  const needsKeys = isCursor || isPastPages;
  const extra = needsKeys ? query.sort.map((key, index) => `${cursorValue(key)} AS _k${index}`) : [];
  const { text: select, values, bind } = beginSelect(ctx, resource, query.fields, { extra });
  const conditions = compileConditions(ctx, resource, query, bind);
  if (query.cursor) conditions.push(compileKeyset(resource, query.sort, query.cursor.values, isBackward, bind));
  const order = query.sort.map((key) => compileOrder(resource, key, isBackward)).join(', ');
  const offset = query.page && query.page > 1 ? ` OFFSET ${bind((query.page - 1) * query.pageSize)}` : '';
  // The limit is written out: behind a parameter PostgreSQL guesses it as a tenth of the table, finds its plan for any
  // value dear, and plans anew for each request, which costs more than the page.
  const text = `${select} WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ${query.pageSize + 1}${offset}`;

  const [rows, count] = await Promise.all([ctx.db.query(prepared(text, values)), countRows(ctx, resource, query)]);
  const hasMore = rows.length > query.pageSize;
  if (hasMore) rows.pop();
  if (isBackward) rows.reverse();
  const links = isCursor ? cursorLinks(ctx, query, rows, hasMore, url) : pageLinks(query, hasMore, url);
  // Page numbers end here and the list does not: whoever follows next goes on with a cursor.
  if (isPastPages && hasMore) links.next = cursorLink(ctx, query, rows.at(-1), false, url);
  if (needsKeys) {
    for (const row of rows) for (const index of query.sort.keys()) delete row[`_k${index}`];
  }
  if (query.expand.length > 0) await expandRows(ctx, resource, rows, query.expand);
  return { ...count, ...links, results: rows };
}

/** What a row must meet to be in the list: living or in the trash, within the caller's scope, and as filtered. */
export function compileConditions(
  ctx: Ctx,
  resource: Resource,
  query: Pick<ListQuery, 'conditions' | 'filters' | 'isTrashed' | 'search'>,
  bind: (value: unknown) => string,
): string[] {
  const conditions = [trashCondition(query.isTrashed)];
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  if (scope !== 'TRUE') conditions.push(scope);
  for (const filter of query.filters) {
    const { custom } = filter;
    conditions.push(
      custom ? compileCustomFilter(custom, filter, 't.', bind) : compileFilter(ctx, resource, filter, 't', bind),
    );
  }
  for (const condition of query.conditions ?? []) conditions.push(condition('t', bind));
  if (query.search !== null) conditions.push(compileSearch(ctx, resource, query.search, bind));
  return conditions;
}

/** What the rows are ordered by. The key of a custom field is never null. */
function sortColumn({ field, isDescending, custom }: SortKey): string {
  return custom ? sortKeySql(custom, 't.', isDescending) : `t.${field}`;
}

function cursorValue(key: SortKey): string {
  return key.custom ? cursorKeySql(key.custom, 't.', key.isDescending) : `t.${key.field}`;
}

function isNeverNull(resource: Resource, key: SortKey): boolean {
  return key.custom !== undefined || resource.required.has(key.field);
}

function compileOrder(resource: Resource, key: SortKey, isBackward: boolean): string {
  const direction = key.isDescending !== isBackward ? 'DESC' : 'ASC';
  const nulls = isNeverNull(resource, key) ? '' : isBackward ? ' NULLS FIRST' : ' NULLS LAST';
  return `${sortColumn(key)} ${direction}${nulls}`;
}

/** The rows after (or before) the cursor, with nulls last. */
function compileKeyset(
  resource: Resource,
  sort: SortKey[],
  values: unknown[],
  isBackward: boolean,
  bind: (value: unknown) => string,
): string {
  const isUniform = sort.every((key) => key.isDescending === sort[0]?.isDescending && isNeverNull(resource, key));
  if (isUniform) {
    // A comparison of whole rows is what an index can begin at.
    const sign = sort[0]?.isDescending !== isBackward ? '<' : '>';
    const columns = sort.map(sortColumn).join(', ');
    return `(${columns}) ${sign} (${values.map((value) => bind(value)).join(', ')})`;
  }
  const alternatives = sort.map((key, index) => {
    const equal = sort.slice(0, index).map((each, at) => {
      const value = values[at];
      return value === null ? `${sortColumn(each)} IS NULL` : `${sortColumn(each)} = ${bind(value)}`;
    });
    return `(${[...equal, compileBeyond(key, values[index], isBackward, bind)].join(' AND ')})`;
  });
  return `(${alternatives.join(' OR ')})`;
}

function compileBeyond(key: SortKey, value: unknown, isBackward: boolean, bind: (value: unknown) => string): string {
  const column = sortColumn(key);
  const sign = key.isDescending !== isBackward ? '<' : '>';
  if (value === null) return isBackward ? `${column} IS NOT NULL` : 'FALSE';
  const beyond = `${column} ${sign} ${bind(value)}`;
  return isBackward ? beyond : `(${beyond} OR ${column} IS NULL)`;
}

const EXACT_UP_TO = 10_000;

async function countRows(
  ctx: Ctx,
  resource: Resource,
  query: ListQuery,
): Promise<Pick<Page, 'count' | 'count_is_estimate'>> {
  if (query.count === 'none') return { count: null, count_is_estimate: false };
  const { values, bind } = new Parameters();
  const rows = `FROM ${resource.plural} t WHERE ${compileConditions(ctx, resource, query, bind).join(' AND ')}`;
  if (query.count === 'exact') {
    const [row] = await ctx.db.query<{ count: number }>(prepared(`SELECT count(*) AS count ${rows}`, values));
    return { count: row?.count ?? 0, count_is_estimate: false };
  }
  const limited = prepared(
    `SELECT count(*) AS count FROM (SELECT 1 ${rows} LIMIT ${EXACT_UP_TO + 1}) AS counted`,
    values,
  );
  const [row] = await ctx.db.query<{ count: number }>(limited);
  if ((row?.count ?? 0) <= EXACT_UP_TO) return { count: row?.count ?? 0, count_is_estimate: false };
  const [plan] = await ctx.db.query<{ 'QUERY PLAN': { Plan: { 'Plan Rows': number } }[] }>(
    `EXPLAIN (FORMAT JSON) SELECT 1 ${rows}`,
    values,
  );
  const estimate = plan?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
  return { count: Math.max(estimate, EXACT_UP_TO + 1), count_is_estimate: true };
}

type Links = Pick<Page, 'next' | 'previous'>;

function pageLinks(query: ListQuery, hasMore: boolean, url: string): Links {
  const page = query.page ?? 1;
  return {
    next: hasMore ? withParameter(url, 'page', String(page + 1)) : null,
    previous: page > 1 ? withParameter(url, 'page', String(page - 1)) : null,
  };
}

function cursorLinks(ctx: Ctx, query: ListQuery, rows: Row[], hasMore: boolean, url: string): Links {
  const isBackward = query.cursor?.isBackward ?? false;
  const hasPrevious = isBackward ? hasMore : query.cursor !== null;
  return {
    next: isBackward || hasMore ? cursorLink(ctx, query, rows.at(-1), false, url) : null,
    previous: hasPrevious ? cursorLink(ctx, query, rows[0], true, url) : null,
  };
}

function cursorLink(ctx: Ctx, query: ListQuery, row: Row | undefined, isBackward: boolean, url: string): string | null {
  if (!row) return null;
  const values = query.sort.map((_, index) => row[`_k${index}`]);
  return withParameter(url, 'cursor', encodeCursor(ctx.signatureKey, { madeFor: query.madeFor, isBackward, values }));
}

function withParameter(url: string, name: 'page' | 'cursor', value: string): string {
  const next = new URL(url);
  // A row is found by its page or by a cursor, never by both.
  next.searchParams.delete('page');
  next.searchParams.set(name, value);
  return next.href;
}

/** Puts the related rows beside their ids: one query for each relation, never one for each row. */
async function expandRows(ctx: Ctx, resource: Resource, rows: Row[], expansions: Expansion[]): Promise<void> {
  for (const { name, nested } of expansions) {
    const relation = resource.relations[name]!;
    const target = relation.target();
    if (!relation.card) requirePermission(ctx.principal, target.permissions.view);
    const ids = [...new Set(rows.map((row) => row[relation.column]).filter((id) => id !== null && id !== undefined))];
    const found = ids.length > 0 ? await readRelated(ctx, target, ids, relation.card) : [];
    if (nested.length > 0) await expandRows(ctx, target, found, nested);
    const byId = new Map(found.map((row) => [row.id, row]));
    for (const row of rows) row[name] = byId.get(row[relation.column]) ?? null;
  }
}

function readRelated(ctx: Ctx, target: Resource, ids: unknown[], card: readonly string[] | undefined): Promise<Row[]> {
  const { text: select, values, bind } = beginSelect(ctx, target, card ?? target.fields);
  const scope = card
    ? 'TRUE'
    : `t.deleted_at IS NULL AND ${scopeCondition(ctx, target, target.permissions.view, 't', bind)}`;
  return ctx.db.query(prepared(`${select} WHERE t.id = ANY(${bind(ids)}::uuid[]) AND ${scope}`, values));
}

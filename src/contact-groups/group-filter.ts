import type { Bind } from '../auth/scope.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { AppError, fieldError, validationError } from '../core/errors.ts';
import { compileFilter } from '../crud/filters.ts';
import { parseListQuery } from '../crud/list-query.ts';
import { readRow } from '../crud/read-rows.ts';
import { compileSearch } from '../crud/search.ts';
import { contactGroupResource } from './contact-group.resource.ts';

/** Of a list, but not of what it holds. */
const NO_FILTERS = new Set([
  'ordering',
  'page',
  'page_size',
  'limit',
  'cursor',
  'count',
  'fields',
  'expand',
  'trashed',
]);

/** Which contacts belong to a group, in SQL over the alias. */
export type GroupCondition = (alias: string, bind: Bind) => string;

/** The condition of a group that the caller may see. Throws 400 at the parameter for another. */
export async function findGroupCondition(ctx: Ctx, id: string): Promise<GroupCondition> {
  try {
    const fields = ['id', 'is_dynamic', 'filters'];
    return compileGroup(ctx, await readRow(ctx, contactGroupResource, id, { fields }));
  } catch (error) {
    if (error instanceof AppError && error.status === 404) throw fieldError('group', 'not_found', 'No such group.');
    throw error;
  }
}

export function compileGroup(ctx: Ctx, group: Row): GroupCondition {
  if (!group.is_dynamic) {
    return (alias, bind) =>
      `EXISTS (SELECT 1 FROM contact_group_members gm WHERE gm.contact_id = ${alias}.id AND gm.group_id = ${bind(group.id)})`;
  }
  const { filters, search } = parseGroupFilters(ctx, group.filters as Record<string, string>);
  return (alias, bind) => {
    const conditions = filters.map((filter) => compileFilter(ctx, contactResource, filter, alias, bind));
    if (search !== null) conditions.push(compileSearch(ctx, contactResource, search, bind));
    // What no longer says anything finds nothing, never everything.
    return conditions.length > 0 ? conditions.join(' AND ') : 'FALSE';
  };
}

/** Throws a 400 at `filters` that names what the list of contacts would refuse. */
export function parseGroupFilters(ctx: Ctx, filters: Record<string, string>) {
  for (const name of Object.keys(filters)) {
    if (NO_FILTERS.has(name)) throw fieldError(`filters.${name}`, 'unknown_parameter', 'This is no filter.');
  }
  try {
    return parseListQuery(ctx, contactResource, filters);
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    throw validationError(error.errors.map((each) => ({ ...each, field: `filters.${each.field}` })));
  }
}

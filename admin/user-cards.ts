import type { Ctx } from '../src/core/ctx.ts';
import type { Row } from '../src/core/database.ts';
import type { Filter } from '../src/crud/filters.ts';
import { compileFilter } from '../src/crud/filters.ts';
import type { Resource } from '../src/crud/resource.ts';
import { Parameters, selectFields } from '../src/crud/select.ts';
import { USER_CARD } from '../src/users/user.resource.ts';

/**
 * What whoever reads a record sees of the users it names, as REST shows it: name and picture, without the permission to
 * view the team. Of other nouns nothing.
 */
export async function readCards(ctx: Ctx, resource: Resource, filters: Filter[]): Promise<Row[]> {
  if (resource.noun !== 'user') return [];
  const { values, bind } = new Parameters();
  const select = selectFields(ctx, resource, USER_CARD, bind);
  const conditions = filters.map((filter) => compileFilter(resource, filter, 't', bind));
  return ctx.db.query(`${select} WHERE ${conditions.join(' AND ')}`, values);
}

import type { Ctx } from '../src/core/ctx.ts';
import type { Row } from '../src/core/database.ts';
import type { Filter } from '../src/crud/filters.ts';
import { compileFilter } from '../src/crud/filters.ts';
import type { Resource } from '../src/crud/resource.ts';
import { beginSelect } from '../src/crud/select.ts';
import { USER_CARD } from '../src/users/user.resource.ts';

/**
 * What whoever reads a record sees of the users it names, as REST shows it: name and picture, without the permission to
 * view the team. Of other nouns nothing.
 */
export async function readCards(ctx: Ctx, resource: Resource, filters: Filter[]): Promise<Row[]> {
  if (resource.noun !== 'user') return [];
  const { text, values, bind } = beginSelect(ctx, resource, USER_CARD);
  const conditions = filters.map((filter) => compileFilter(ctx, resource, filter, 't', bind));
  return ctx.db.query(`${text} WHERE ${conditions.join(' AND ')}`, values);
}

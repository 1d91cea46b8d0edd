import { validate as isUuid } from 'uuid';
import type { Ctx } from '../core/ctx.ts';
import { AppError, fieldError } from '../core/errors.ts';
import type { SavedList } from '../core/saved-lists.ts';
import { CUSTOM_COLUMN, CUSTOM_PREFIX } from './custom-column.ts';
import { type ListQuery, parseListQuery } from './list-query.ts';
import type { Resource } from './resource.ts';

type Query = Record<string, string>;

/**
 * The query of a list, with what a saved view adds where the request does not say otherwise. Throws a 400 at `view`
 * for a view of another noun or one that fits no longer, a 404 for one that is not the caller's to read.
 */
export async function readListQuery(ctx: Ctx, resource: Resource, query: Query): Promise<ListQuery> {
  const { view, ...given } = query;
  if (view === undefined) return parseListQuery(ctx, resource, query);
  if (!isUuid(view)) throw fieldError('view', 'invalid_uuid', 'Give the id of a saved view.');
  const saved = await ctx.savedLists.find(ctx, view);
  if (saved.entity !== resource.plural) {
    throw fieldError('view', 'invalid_choice', `This is a saved view of ${saved.entity}, not of ${resource.plural}.`);
  }
  const kept = Object.fromEntries(Object.entries(parametersOf(saved)).filter(([name]) => !(name in given)));
  refuseOutdated(ctx, resource, saved, kept);
  return parseListQuery(ctx, resource, { ...kept, ...given });
}

/** A saved view as the parameters of a list. A column that is a custom field comes with all of them. */
export function parametersOf({ filters, ordering, columns }: Omit<SavedList, 'id' | 'name' | 'entity'>): Query {
  const fields = columns.map((column) => (column.startsWith(CUSTOM_PREFIX) ? CUSTOM_COLUMN : column));
  return {
    ...filters,
    ...(ordering ? { ordering } : {}),
    ...(fields.length > 0 ? { fields: [...new Set(fields)].join(',') } : {}),
  };
}

/** A field may have been archived since the view was saved: better no answer than one that is wider. */
function refuseOutdated(ctx: Ctx, resource: Resource, saved: SavedList, kept: Query): void {
  try {
    parseListQuery(ctx, resource, kept);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw fieldError('view', 'invalid_view', `The saved view ${saved.name} fits no longer: ${error.message}`);
  }
}

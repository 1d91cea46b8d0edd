import type { Ctx } from '../core/ctx.ts';
import { AppError, fieldError, permissionDenied, validationError } from '../core/errors.ts';
import type { FieldSet } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import type { SavedList } from '../core/saved-lists.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { CUSTOM_PREFIX, fieldsOf } from '../crud/custom-column.ts';
import { parseListQuery } from '../crud/list-query.ts';
import type { Resource } from '../crud/resource.ts';
import { parametersOf } from '../crud/saved-lists.ts';
import { findResource } from '../resources.ts';
import { savedViewResource } from './saved-view.resource.ts';

const crud = crudService(savedViewResource);

type Content = Pick<SavedList, 'entity' | 'filters' | 'ordering' | 'columns'>;

export const savedViewService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    checkContent(ctx, { ordering: null, ...input } as unknown as Content);
    return crud.create(ctx, input);
  },
  update: async (ctx, id, input, options) => {
    const before = await refuseForeign(ctx, id);
    const after = { ...before, ...input };
    if (after.entity !== before.entity)
      throw fieldError('entity', 'fixed', 'This cannot be changed. Save another view.');
    // One that has come to fit no longer can still be renamed, shared no more, and mended.
    if (['filters', 'ordering', 'columns'].some((field) => field in input)) checkContent(ctx, after);
    return crud.update(ctx, id, input, options);
  },
  delete: async (ctx, id, options) => {
    await refuseForeign(ctx, id);
    await crud.delete(ctx, id, options);
  },
  restore: async (ctx, id) => {
    await refuseForeign(ctx, id);
    return crud.restore(ctx, id);
  },
  purge: async (ctx, id, options) => {
    await refuseForeign(ctx, id);
    await crud.purge(ctx, id, options);
  },
};

/** What `view` of a list names. Throws 404 for one that is neither the caller's own nor shared with them. */
export async function findSavedView(ctx: Ctx, id: string): Promise<SavedList> {
  const fields = ['id', 'name', 'entity', 'filters', 'ordering', 'columns'];
  return (await crud.read(ctx, id, { fields })) as unknown as SavedList;
}

/** A shared view is everybody's to read and its owner's to change. Throws 404, 403. */
async function refuseForeign(ctx: Ctx, id: string): Promise<Content & { owner_id: string }> {
  const view = (await crud.read(ctx, id, { isTrashed: 'either' })) as unknown as Content & { owner_id: string };
  const { principal } = ctx;
  if (principal.permissions === null || view.owner_id === principal.user_id) return view;
  throw permissionDenied('signed-in', 'Only its owner changes a saved view.');
}

/** Paging, and what is done with a list beside reading it, are of the moment. */
const MOMENTARY = ['ordering', 'page', 'page_size', 'limit', 'cursor', 'count', 'fields', 'expand', 'trashed', 'view'];

/** Throws a 400 at what the list itself would refuse. */
function checkContent(ctx: Ctx, content: Content): void {
  const resource = findResource(content.entity);
  if (!resource) throw fieldError('entity', 'invalid_choice', 'No such noun.');
  for (const name of Object.keys(content.filters)) {
    if (MOMENTARY.includes(name)) throw fieldError(`filters.${name}`, 'unknown_field', `${name} is no filter.`);
  }
  checkColumns(resource, fieldsOf(ctx, resource), content.columns);
  try {
    parseListQuery(ctx, resource, parametersOf(content));
  } catch (error) {
    if (!(error instanceof AppError) || !error.errors) throw error;
    throw validationError(
      error.errors.map((each) => ({
        ...each,
        field: each.field === 'ordering' ? 'ordering' : `filters.${each.field}`,
      })),
    );
  }
}

function checkColumns(resource: Resource, set: FieldSet, columns: readonly string[]): void {
  const custom = [...set.active.keys()].map((name) => `${CUSTOM_PREFIX}${name}`);
  for (const column of columns) {
    if (resource.fields.includes(column) || custom.includes(column)) continue;
    const hint = suggestName(column, [...resource.fields, ...custom]);
    throw fieldError('columns', 'unknown_field', `No field ${column}.${hint}`);
  }
}

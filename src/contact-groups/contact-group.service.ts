import { holdsPermission } from '../auth/scope.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError, permissionDenied } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { compileConditions } from '../crud/read-rows.ts';
import { Parameters } from '../crud/select.ts';
import type { Input } from '../crud/write-rows.ts';
import { contactGroupResource } from './contact-group.resource.ts';
import { compileGroup, parseGroupFilters } from './group-filter.ts';

const crud = crudService(contactGroupResource);

export const contactGroupService: CrudService = {
  ...crud,
  list: async (ctx, query, url) => {
    const page = await crud.list(ctx, { ...query, fields: withFilters(query.fields) }, url);
    await countDynamic(ctx, page.results, query.fields);
    return page;
  },
  read: async (ctx, id, options) => {
    const fields = options?.fields ?? contactGroupResource.fields;
    const group = await crud.read(ctx, id, { ...options, fields: withFilters(fields) });
    await countDynamic(ctx, [group], fields);
    return group;
  },
  create: async (ctx, input) => {
    checkFilters(ctx, input);
    return counted(ctx, await crud.create(ctx, input));
  },
  update: async (ctx, id, input, options) => {
    const group = await requireOwner(ctx, id);
    if (input.is_dynamic !== undefined && input.is_dynamic !== group.is_dynamic) {
      throw fieldError('is_dynamic', 'fixed', 'A group stays of the kind that it was made as.');
    }
    checkFilters(ctx, { ...group, ...input });
    return counted(ctx, await crud.update(ctx, id, input, options));
  },
  delete: async (ctx, id, options) => {
    await requireOwner(ctx, id);
    return crud.delete(ctx, id, options);
  },
  restore: async (ctx, id) => {
    await requireOwner(ctx, id);
    return counted(ctx, await crud.restore(ctx, id));
  },
};

/** Others see a shared group, and only its owner changes it; who manages the settings may, too. Throws 404, 403. */
export async function requireOwner(ctx: Ctx, id: string): Promise<Row> {
  const group = await crud.read(ctx, id, { isTrashed: 'either' });
  const isOwn = [group.owner_id, group.created_by_id].includes(ctx.principal.user_id);
  if (!isOwn && !holdsPermission(ctx.principal, 'manage_settings')) {
    throw permissionDenied('owner', 'Only its owner may change a group.');
  }
  return group;
}

function checkFilters(ctx: Ctx, { is_dynamic, filters }: Input): void {
  const given = (filters ?? {}) as Record<string, string>;
  const isEmpty = Object.keys(given).length === 0;
  if (!is_dynamic && !isEmpty) throw fieldError('filters', 'not_dynamic', 'Only a dynamic group has filters.');
  if (is_dynamic && isEmpty) throw fieldError('filters', 'required', 'A dynamic group needs a filter.');
  const { filters: parsed, search } = parseGroupFilters(ctx, given);
  if (is_dynamic && parsed.length === 0 && search === null) {
    throw fieldError('filters.search', 'required', 'Give a value.');
  }
}

function withFilters(fields: readonly string[]): readonly string[] {
  return fields.includes('contacts_count') ? [...new Set([...fields, 'is_dynamic', 'filters'])] : fields;
}

async function counted(ctx: Ctx, group: Row): Promise<Row> {
  await countDynamic(ctx, [group], contactGroupResource.fields);
  return group;
}

/** Counts what the filters of dynamic groups find within the caller's scope: one statement for all of them. */
async function countDynamic(ctx: Ctx, groups: Row[], fields: readonly string[]): Promise<void> {
  if (!fields.includes('contacts_count')) return;
  const dynamic = groups.filter((group) => group.is_dynamic);
  if (dynamic.length > 0) {
    const { values, bind } = new Parameters();
    const counts = dynamic.map((group, index) => {
      const query = { filters: [], search: null, isTrashed: false, conditions: [compileGroup(ctx, group)] };
      const conditions = compileConditions(ctx, contactResource, query, bind);
      return `(SELECT count(*) FROM contacts t WHERE ${conditions.join(' AND ')}) AS c${index}`;
    });
    const [row] = await ctx.db.query<Record<string, number>>(`SELECT ${counts.join(', ')}`, values);
    for (const [index, group] of dynamic.entries()) group.contacts_count = row?.[`c${index}`] ?? 0;
  }
  for (const group of groups) {
    for (const field of ['is_dynamic', 'filters']) if (!fields.includes(field)) delete group[field];
  }
}

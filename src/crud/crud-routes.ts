import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { Reply, type Route, replyWithVersion, route } from '../http/route.ts';
import { pastSchema, readRowAsOf } from './as-of.ts';
import { bulkBody, bulkView, runBulk } from './bulk.ts';
import type { CrudService } from './crud-service.ts';
import { operatorsOf, parseInstant } from './filters.ts';
import { historyView, readHistory } from './history.ts';
import { parseReadQuery, type Selection } from './list-query.ts';
import { OPERATORS } from './operators.ts';
import type { Resource } from './resource.ts';
import { readListQuery } from './saved-lists.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });
const nothing = z.undefined().describe('No content');
const flag = z.enum(['true', 'false']).default('false');

function pathOf(resource: Resource): string {
  return `/${resource.plural.replaceAll('_', '-')}/`;
}

/** The calls that every resource answers, under `path` where that is not simply its plural noun. */
export function crudRoutes(service: CrudService, path = pathOf(service.resource)): Route[] {
  const { resource } = service;
  const { permissions, viewSchema } = resource;
  const [noun, plural] = [resource.noun, resource.plural].map((name) => name.replaceAll('_', ' ')) as [string, string];
  const one = `${path}:id/`;
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
  const { refusesDuplicates } = resource;
  return [
    route({
      method: 'get',
      path,
      tag: plural,
      permission: permissions.view,
      summary: `List ${plural}.`,
      query: listQuerySchema(resource),
      parseQuery: (query) => query,
      response: pageSchema(viewSchema),
      handler: async (ctx, { query, url }) =>
        service.list(ctx, await readListQuery(ctx, resource, query as Record<string, string>), url),
    }),
    route({
      method: 'post',
      path,
      tag: plural,
      permission: permissions.create,
      summary: `Create ${article} ${noun}.`,
      refusesDuplicates,
      body: resource.createSchema,
      response: viewSchema,
      status: 201,
      handler: async (ctx, { body, allowDuplicate }) => {
        const row = await service.create(ctx, body, { allowDuplicate });
        return new Reply(row, { ETag: `"${row.version}"`, Location: `/api/v1${path}${row.id}/` }, 201);
      },
    }),
    route({
      method: 'post',
      path: `${path}bulk/`,
      tag: plural,
      permission: permissions.view,
      limit: 'bulk',
      bodyLimit: '10mb',
      refusesDuplicates,
      summary: `Create, update, upsert, delete or restore up to 1,000 ${plural} at once.`,
      body: bulkBody,
      response: bulkView,
      handler: (ctx, { body, allowDuplicate }) => runBulk(ctx, service, body, { allowDuplicate }),
    }),
    route({
      method: 'get',
      path: one,
      tag: plural,
      permission: permissions.view,
      summary: `Read ${article} ${noun}.`,
      params,
      query: readQuerySchema(resource),
      parseQuery: (query) => query,
      response: viewSchema.partial().loose(),
      handler: (ctx, { params: { id }, query }) =>
        readOne(ctx, service, id, parseReadQuery(resource, query as Record<string, string>)),
    }),
    route({
      method: 'patch',
      path: one,
      tag: plural,
      permission: permissions.edit,
      summary: `Change ${article} ${noun}.`,
      refusesDuplicates,
      params,
      body: resource.updateSchema,
      response: viewSchema,
      handler: async (ctx, { params: { id }, body, ifMatch, allowDuplicate }) =>
        replyWithVersion(await service.update(ctx, id, body, { ifMatch, allowDuplicate })),
    }),
    route({
      method: 'put',
      path: one,
      tag: plural,
      permission: permissions.edit,
      summary: `Replace ${article} ${noun}.`,
      refusesDuplicates,
      params,
      body: resource.replaceSchema,
      response: viewSchema,
      handler: async (ctx, { params: { id }, body, ifMatch, allowDuplicate }) =>
        replyWithVersion(await service.update(ctx, id, body, { ifMatch, allowDuplicate, isReplacement: true })),
    }),
    route({
      method: 'delete',
      path: one,
      tag: plural,
      permission: permissions.delete,
      status: 204,
      response: nothing,
      summary: `Move ${article} ${noun} to the trash, or delete it for good with permanent=true.`,
      params,
      query: z.strictObject({ permanent: flag }),
      handler: async (ctx, { params: { id }, query, ifMatch }) => {
        if (query.permanent === 'true') await service.purge(ctx, id, { ifMatch });
        else await service.delete(ctx, id, { ifMatch });
      },
    }),
    route({
      method: 'post',
      path: `${one}restore/`,
      tag: plural,
      permission: permissions.delete,
      params,
      response: viewSchema,
      summary: `Bring ${article} ${noun} back from the trash.`,
      handler: async (ctx, { params: { id } }) => replyWithVersion(await service.restore(ctx, id)),
    }),
    route({
      method: 'get',
      path: `${one}history/`,
      tag: plural,
      permission: permissions.view,
      params,
      response: z.union([historyView, pastSchema(resource)]),
      summary: `Who changed which field of ${article} ${noun} from what to what, newest first; with as_of the row as it was, without what is computed from other rows.`,
      query: z.strictObject({
        before: z.uuid().optional(),
        as_of: z
          .string()
          .optional()
          .describe(
            'An instant, ISO 8601: answers the row as it was then, with its labels and with those of its lists whose changes the history has; fields that are computed from other rows or from the current time are left out',
          ),
        page_size: z.coerce.number().int().min(1).max(200).default(25),
      }),
      handler: (ctx, { params: { id }, query, url }) => {
        const { as_of, before } = query;
        if (as_of === undefined) return readHistory(ctx, resource, id, query, url);
        if (before !== undefined) throw fieldError('before', 'conflict', 'With as_of there is one row and no pages.');
        return readRowAsOf(ctx, resource, id, parseInstant('as_of', as_of));
      },
    }),
  ];
}

/** The version is read even where it was not asked for, because it is the ETag. */
async function readOne(ctx: Ctx, service: CrudService, id: string, { fields, expand }: Selection): Promise<Reply> {
  const row = await service.read(ctx, id, { fields: [...new Set([...fields, 'version'])], expand });
  const reply = replyWithVersion(row);
  if (!fields.includes('version')) delete row.version;
  return reply;
}

/** The shape of a list's answer. With `fields` a row holds only those, and `expand` adds to them. */
export function pageSchema(row: z.ZodObject) {
  return z.strictObject({
    count: z.number().int().nullable(),
    count_is_estimate: z.boolean(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(row.partial().loose()),
  });
}

function readQuerySchema(resource: Resource) {
  return z.strictObject({
    fields: z
      .string()
      .optional()
      .describe(`Comma list of: ${resource.fields.join(', ')}`),
    expand: z
      .string()
      .optional()
      .describe(`Comma list of: ${Object.keys(resource.relations).join(', ')}`),
  });
}

/** For the OpenAPI document; `readListQuery` does the parsing. */
export function listQuerySchema(resource: Resource) {
  const filters = resource.filters.flatMap((field) =>
    operatorsOf(resource, field).map((operator) => [
      operator === 'eq' ? field : `${field}__${operator}`,
      z
        .string()
        .optional()
        .describe(
          operator === 'in'
            ? 'Comma list; write \\, for a comma within a value'
            : OPERATORS.includes(operator as never)
              ? `${field} ${operator}`
              : field,
        ),
    ]),
  );
  const aliases = Object.entries(resource.filterAliases).map(([name, { field, operator }]) => [
    name,
    z.string().optional().describe(`${field} ${operator}`),
  ]);
  const computed = Object.entries(resource.computedFilters).map(([name, { description }]) => [
    name,
    z.enum(['true', 'false']).optional().describe(description),
  ]);
  const search = resource.isSearchable
    ? { search: z.string().optional().describe('Words, all of which must be found') }
    : {};
  return z.strictObject({
    ...search,
    ordering: z
      .string()
      .optional()
      .describe(`Comma list, - for descending, of: ${resource.sorts.join(', ')}`),
    page: z.string().optional().describe('From 1'),
    page_size: z.string().optional().describe('1 to 200, 25 unless told'),
    limit: z.string().optional().describe('Another name of page_size'),
    cursor: z.string().optional().describe('Empty to begin, then as next and previous give it'),
    count: z.string().optional().describe('auto, exact or none'),
    trashed: z.string().optional().describe('true lists the trash'),
    view: z.string().optional().describe('The id of a saved view, whose parameters hold where none is given here'),
    ...readQuerySchema(resource).shape,
    ...Object.fromEntries([...filters, ...aliases, ...computed]),
  });
}

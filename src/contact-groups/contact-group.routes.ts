import { z } from 'zod';
import { contactResource } from '../contacts/contact.resource.ts';
import { contactService } from '../contacts/contact.service.ts';
import { crudRoutes, listQuerySchema, pageSchema } from '../crud/crud-routes.ts';
import { readListQuery } from '../crud/saved-lists.ts';
import { type Route, route } from '../http/route.ts';
import { contactGroupService } from './contact-group.service.ts';
import { compileGroup } from './group-filter.ts';
import { addMembers, removeMember } from './group-members.ts';

const path = '/contact-groups/';
const tag = 'contact groups';
const params = z.strictObject({ id: z.uuid('Give a UUID.') });

export const contactGroupRoutes: Route[] = [
  ...crudRoutes(contactGroupService, path),
  route({
    method: 'get',
    path: `${path}:id/members/`,
    tag,
    permission: 'view_contacts',
    summary: 'List the contacts of a group, as the list of contacts does.',
    params,
    query: listQuerySchema(contactResource),
    parseQuery: (query) => query,
    response: pageSchema(contactResource.viewSchema),
    handler: async (ctx, { params: { id }, query, url }) => {
      const group = await contactGroupService.read(ctx, id, { fields: ['id', 'is_dynamic', 'filters'] });
      const parsed = await readListQuery(ctx, contactResource, query as Record<string, string>);
      return contactService.list(ctx, { ...parsed, conditions: [compileGroup(ctx, group)] }, url);
    },
  }),
  route({
    method: 'post',
    path: `${path}:id/members/`,
    tag,
    permission: 'edit_contacts',
    summary: 'Put up to 1,000 contacts into a group; who is in it stays.',
    params,
    body: z.strictObject({
      contact_ids: z
        .array(z.uuid('Give UUIDs.').toLowerCase())
        .min(1, 'Give at least one id.')
        .max(1000, 'Give at most 1000 ids.'),
    }),
    response: z.strictObject({ added: z.number().int() }),
    handler: async (ctx, { params: { id }, body }) => ({ added: await addMembers(ctx, id, body.contact_ids) }),
  }),
  route({
    method: 'delete',
    path: `${path}:id/members/:contact_id/`,
    tag,
    permission: 'edit_contacts',
    summary: 'Take a contact out of a group.',
    params: params.extend({ contact_id: z.uuid('Give a UUID.') }),
    status: 204,
    response: z.undefined(),
    handler: (ctx, { params: { id, contact_id } }) => removeMember(ctx, id, contact_id),
  }),
];

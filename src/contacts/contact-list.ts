import { z } from 'zod';
import { findGroupCondition } from '../contact-groups/group-filter.ts';
import { listQuerySchema, pageSchema } from '../crud/crud-routes.ts';
import { readListQuery } from '../crud/saved-lists.ts';
import { parseInput } from '../http/parse.ts';
import { type Route, route } from '../http/route.ts';
import { contactResource } from './contact.resource.ts';
import { contactService } from './contact.service.ts';

const group = z.strictObject({ group: z.uuid('Give a UUID.').optional().describe('Those in this contact group') });

/** The list of every resource, and the group that contacts are in, which is no column of theirs. */
export const contactListRoute: Route = route({
  method: 'get',
  path: '/contacts/',
  tag: 'contacts',
  permission: 'view_contacts',
  summary: 'List contacts.',
  query: listQuerySchema(contactResource).extend(group.shape),
  parseQuery: (query) => query,
  response: pageSchema(contactResource.viewSchema),
  handler: async (ctx, { query, url }) => {
    const { group: given, ...rest } = query as Record<string, string>;
    const parsed = await readListQuery(ctx, contactResource, rest);
    const { group: id } = parseInput(group, { group: given });
    const conditions = id === undefined ? [] : [await findGroupCondition(ctx, id)];
    return contactService.list(ctx, { ...parsed, conditions }, url);
  },
});

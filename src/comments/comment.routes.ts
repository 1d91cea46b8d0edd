import { crudRoutes, listQuerySchema, pageSchema } from '../crud/crud-routes.ts';
import type { ListQuery } from '../crud/list-query.ts';
import { readListQuery } from '../crud/saved-lists.ts';
import { type Route, route } from '../http/route.ts';
import { commentResource } from './comment.resource.ts';
import { commentService } from './comment.service.ts';

export const commentRoutes: Route[] = [
  ...crudRoutes(commentService),
  route({
    method: 'get',
    path: '/mentions/',
    tag: 'comments',
    permission: 'signed-in',
    summary: 'Comments that mention the caller, newest first.',
    query: listQuerySchema(commentResource),
    parseQuery: (query) => query,
    response: pageSchema(commentResource.viewSchema),
    handler: async (ctx, { query, url }) => {
      const mine: ListQuery = {
        ...(await readListQuery(ctx, commentResource, query as Record<string, string>)),
        conditions: [(alias, bind) => `${alias}.mentions @> ARRAY[${bind(ctx.principal.user_id)}::uuid]`],
      };
      return commentService.list(ctx, mine, url);
    },
  }),
];

import { z } from 'zod';
import { activityResource } from '../activities/activity.resource.ts';
import { activityService } from '../activities/activity.service.ts';
import { commentResource } from '../comments/comment.resource.ts';
import { commentService } from '../comments/comment.service.ts';
import type { Ctx } from '../core/ctx.ts';
import { crudRoutes, listQuerySchema, pageSchema } from '../crud/crud-routes.ts';
import type { CrudService } from '../crud/crud-service.ts';
import { readListQuery } from '../crud/saved-lists.ts';
import { followResource } from '../follows/follow.resource.ts';
import { followRecord, unfollowRecord } from '../follows/follow.service.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { noteView } from '../recent-items/recent-item.service.ts';
import { readTimeline, timelineKey, timelineView } from './timeline.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });

/** The calls that every CRM record answers: those of a resource, and what people say of it and hear of it. */
export function recordRoutes(service: CrudService, path = `/${service.resource.plural}/`): Route[] {
  const { noun, plural, permissions } = service.resource;
  const one = `${path}:id/`;
  const common = { tag: plural, permission: permissions.view, params } as const;
  const article = /^[aeiou]/.test(noun) ? 'an' : 'a';
  return [
    ...crudRoutes(service, path).map((each) =>
      each.method === 'get' && each.path === one ? notingViews(each, noun) : each,
    ),
    route({
      ...common,
      method: 'get',
      path: `${one}timeline/`,
      summary: `What happened to ${article} ${noun} and what was said about it, newest first.`,
      query: z.strictObject({
        before: timelineKey.optional(),
        page_size: z.coerce.number().int().min(1).max(200).default(25),
      }),
      response: timelineView,
      handler: (ctx, { params: { id }, query, url }) => readTimeline(ctx, service.resource, id, query, url),
    }),
    listAbout(service, one, 'activities', activityService),
    listAbout(service, one, 'comments', commentService),
    route({
      ...common,
      method: 'post',
      path: `${one}follow/`,
      summary: `Follow ${article} ${noun}.`,
      response: followResource.viewSchema,
      handler: async (ctx, { params: { id } }) => {
        await service.read(ctx, id, { fields: ['id'] });
        return replyWithVersion(await followRecord(ctx, { target_type: noun, target_id: id }));
      },
    }),
    route({
      ...common,
      method: 'post',
      path: `${one}unfollow/`,
      summary: `Stop following ${article} ${noun}.`,
      status: 204,
      response: z.undefined(),
      handler: (ctx, { params: { id } }) => unfollowRecord(ctx, { target_type: noun, target_id: id }),
    }),
  ];
}

/** Who reads a record has looked at it. */
function notingViews(read: Route, noun: string): Route {
  return {
    ...read,
    handler: async (ctx, input) => {
      const reply = await read.handler(ctx, input);
      noteView(ctx, noun, (input.params as { id: string }).id);
      return reply;
    },
  };
}

/** The rows about one record, as their own list with its filters and pages. */
function listAbout(owner: CrudService, one: string, name: 'activities' | 'comments', service: CrudService): Route {
  const { noun, plural, permissions } = owner.resource;
  const resource = name === 'activities' ? activityResource : commentResource;
  return route({
    method: 'get',
    path: `${one}${name}/`,
    tag: plural,
    permission: permissions.view,
    params,
    summary: `The ${name} of one ${noun}, newest first.`,
    query: listQuerySchema(resource),
    parseQuery: (query) => query,
    response: pageSchema(resource.viewSchema),
    handler: async (ctx: Ctx, { params: { id }, query, url }) => {
      await owner.read(ctx, id, { fields: ['id'], isTrashed: 'either' });
      const parsed = await readListQuery(ctx, resource, query as Record<string, string>);
      const about = (alias: string, bind: (value: unknown) => string) =>
        `${alias}.target_type = '${noun}' AND ${alias}.target_id = ${bind(id)}`;
      return service.list(ctx, { ...parsed, conditions: [about] }, url);
    },
  });
}

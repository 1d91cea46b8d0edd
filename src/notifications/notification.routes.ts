import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { crudService } from '../crud/crud-service.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { notificationResource } from './notification.resource.ts';
import { countUnread, markAllRead, markNotification } from './notification.service.ts';

const tag = 'notifications';
const params = z.strictObject({ id: z.uuid('Give a UUID.') });
const service = crudService(notificationResource);

/** Notifications are made by events, so they are only read, marked and deleted here. */
const OFFERED = new Set(['get /notifications/', 'get /notifications/:id/', 'delete /notifications/:id/']);

function markRoute(verb: 'mark-read' | 'mark-unread'): Route {
  return route({
    method: 'post',
    path: `/notifications/:id/${verb}/`,
    tag,
    permission: 'signed-in',
    summary: `Mark a notification as ${verb === 'mark-read' ? 'read' : 'unread'}.`,
    params,
    response: notificationResource.viewSchema,
    handler: async (ctx, { params: { id } }) => {
      await markNotification(ctx, id, verb === 'mark-read');
      return replyWithVersion(await service.read(ctx, id));
    },
  });
}

export const notificationRoutes: Route[] = [
  route({
    method: 'get',
    path: '/notifications/unread-count/',
    tag,
    permission: 'signed-in',
    summary: 'Count the caller’s unread notifications.',
    response: z.strictObject({ unread_count: z.number().int(), count: z.number().int() }),
    handler: async (ctx) => {
      const count = await countUnread(ctx, ctx.principal.user_id ?? '');
      return { unread_count: count, count };
    },
  }),
  route({
    method: 'post',
    path: '/notifications/mark-all-read/',
    tag,
    permission: 'signed-in',
    summary: 'Mark all of the caller’s notifications as read.',
    response: z.strictObject({ marked: z.number().int() }),
    handler: async (ctx) => ({ marked: await markAllRead(ctx) }),
  }),
  ...crudRoutes(service).filter((each) => OFFERED.has(`${each.method} ${each.path}`)),
  markRoute('mark-read'),
  markRoute('mark-unread'),
];

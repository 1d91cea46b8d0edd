import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { userResource } from './user.resource.ts';
import { reactivateUser, suspendUser, userService } from './user.service.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });

/** Accounts are made by registration or invitation and suspended, never deleted, so only these are taken over. */
const OFFERED = new Set(['get /users/', 'get /users/:id/', 'patch /users/:id/', 'get /users/:id/history/']);

export const userRoutes: Route[] = [
  ...crudRoutes(userService).filter((each) => OFFERED.has(`${each.method} ${each.path}`)),
  route({
    method: 'post',
    path: '/users/:id/suspend/',
    tag: 'users',
    permission: 'remove_users',
    summary: 'Shut a user out at every door; their rows and history stay.',
    params,
    response: userResource.viewSchema,
    handler: async (ctx, { params: { id } }) => replyWithVersion(await suspendUser(ctx, id)),
  }),
  route({
    method: 'post',
    path: '/users/:id/reactivate/',
    tag: 'users',
    permission: 'remove_users',
    summary: 'Let a suspended user in again.',
    params,
    response: userResource.viewSchema,
    handler: async (ctx, { params: { id } }) => replyWithVersion(await reactivateUser(ctx, id)),
  }),
];

import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { targetFields } from '../records/target.ts';
import { followResource } from './follow.resource.ts';
import { followRecord, followService, removeFollow } from './follow.service.ts';

const tag = 'follows';
const OFFERED = new Set(['get /follows/', 'get /follows/:id/']);

export const followRoutes: Route[] = [
  ...crudRoutes(followService).filter(({ method, path }) => OFFERED.has(`${method} ${path}`)),
  route({
    method: 'post',
    path: '/follows/',
    tag,
    permission: 'signed-in',
    summary: 'Follow a record.',
    status: 201,
    body: z.strictObject(targetFields),
    response: followResource.viewSchema,
    handler: async (ctx, { body }) => replyWithVersion(await followRecord(ctx, body)),
  }),
  route({
    method: 'delete',
    path: '/follows/:id/',
    tag,
    permission: 'signed-in',
    summary: 'Stop following a record.',
    status: 204,
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    response: z.undefined(),
    handler: (ctx, { params: { id } }) => removeFollow(ctx, id),
  }),
];

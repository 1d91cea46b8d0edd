import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { roleAssignmentResource } from './role-assignment.resource.ts';
import { roleAssignmentService, visibleAssignments } from './role-assignment.service.ts';

const PATH = '/settings/role-assignments/';
const tag = 'role assignments';

/** Those who may not assign roles see their own here. */
const OFFERED = new Set([`get ${PATH}`, `get ${PATH}:id/`]);

export const roleAssignmentRoutes: Route[] = [
  ...crudRoutes(visibleAssignments, PATH).filter((each) => OFFERED.has(`${each.method} ${each.path}`)),
  route({
    method: 'post',
    path: PATH,
    tag,
    permission: 'assign_roles',
    summary: 'Give a role to a user, everywhere or within one team.',
    body: roleAssignmentResource.createSchema,
    status: 201,
    response: roleAssignmentResource.viewSchema,
    handler: async (ctx, { body }) => replyWithVersion(await roleAssignmentService.create(ctx, body)),
  }),
  route({
    method: 'delete',
    path: `${PATH}:id/`,
    tag,
    permission: 'assign_roles',
    summary: 'Take a role from a user.',
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    status: 204,
    response: z.undefined(),
    handler: (ctx, { params }) => roleAssignmentService.delete(ctx, params.id),
  }),
];

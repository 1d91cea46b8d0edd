import { z } from 'zod';
import { instant, optionalId } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { createAssignment, deleteAssignment, listAssignments } from './role-assignment.service.ts';

const assignmentView = z.strictObject({
  id: z.uuid(),
  user_id: z.uuid(),
  user_email: z.string(),
  user_name: z.string(),
  role: z.strictObject({
    id: z.uuid(),
    name: z.string(),
    display_name: z.string(),
    level: z.number(),
    color: z.string(),
  }),
  team_id: z.uuid().nullable(),
  assigned_by_id: z.uuid().nullable(),
  assigned_by_name: z.string().nullable(),
  assigned_at: instant,
});
const tag = 'roles';

export const roleAssignmentRoutes: Route[] = [
  route({
    method: 'get',
    path: '/settings/role-assignments/',
    tag,
    permission: 'signed-in',
    summary: 'List who holds which role: everybody’s for those who may assign roles, otherwise one’s own.',
    query: z.strictObject({
      user_id: z.uuid('Give a UUID.').optional(),
      role_id: z.uuid('Give a UUID.').optional(),
      page: z.coerce.number().int().min(1).max(400).default(1),
      page_size: z.coerce.number().int().min(1).max(200).default(25),
    }),
    response: z.strictObject({ count: z.number(), results: z.array(assignmentView) }),
    handler: (ctx, { query }) => listAssignments(ctx, query),
  }),
  route({
    method: 'post',
    path: '/settings/role-assignments/',
    tag,
    permission: 'assign_roles',
    summary: 'Give a role to a user, everywhere or within one team.',
    body: z.strictObject({ user_id: z.uuid('Give a UUID.'), role_id: z.uuid('Give a UUID.'), team_id: optionalId }),
    status: 201,
    response: assignmentView,
    handler: (ctx, { body }) => createAssignment(ctx, body),
  }),
  route({
    method: 'delete',
    path: '/settings/role-assignments/:id/',
    tag,
    permission: 'assign_roles',
    summary: 'Take a role from a user.',
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    status: 204,
    response: z.undefined(),
    handler: (ctx, { params }) => deleteAssignment(ctx, params.id),
  }),
];

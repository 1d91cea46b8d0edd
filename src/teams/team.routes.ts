import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { instant } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { listMembers, removeMember, setMember, teamService } from './team.service.ts';

const memberView = z.strictObject({
  id: z.uuid(),
  user_id: z.uuid(),
  user_name: z.string(),
  user_email: z.string(),
  is_manager: z.boolean(),
  created_at: instant,
});
const teamParams = z.strictObject({ id: z.uuid('Give a UUID.') });

export const teamRoutes: Route[] = [
  ...crudRoutes(teamService),
  route({
    method: 'get',
    path: '/teams/:id/members/',
    tag: 'teams',
    permission: 'view_team',
    summary: 'List the members of a team, managers first.',
    params: teamParams,
    response: z.strictObject({ results: z.array(memberView) }),
    handler: async (ctx, { params }) => ({ results: await listMembers(ctx, params.id) }),
  }),
  route({
    method: 'post',
    path: '/teams/:id/members/',
    tag: 'teams',
    permission: 'manage_team',
    summary: 'Put a user into a team, or change whether they manage it.',
    params: teamParams,
    body: z.strictObject({ user_id: z.uuid('Give a UUID.'), is_manager: z.boolean().default(false) }),
    response: memberView,
    handler: (ctx, { params, body }) => setMember(ctx, params.id, body),
  }),
  route({
    method: 'delete',
    path: '/teams/:id/members/:user_id/',
    tag: 'teams',
    permission: 'manage_team',
    summary: 'Take a user out of a team.',
    params: z.strictObject({ id: z.uuid('Give a UUID.'), user_id: z.uuid('Give a UUID.') }),
    status: 204,
    response: z.undefined(),
    handler: (ctx, { params }) => removeMember(ctx, params.id, params.user_id),
  }),
];

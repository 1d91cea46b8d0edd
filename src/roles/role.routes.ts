import { z } from 'zod';
import { findAccount } from '../auth/account.ts';
import { crudRoutes } from '../crud/crud-routes.ts';
import { optionalId, optionalText } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { initializeRoles } from './initialize-roles.ts';
import { checkPermission, listPermissions } from './permission.service.ts';
import { refuseAboveOwn, roleService } from './role.service.ts';

const tag = 'roles';
const ADMIN_LEVEL = 4;

export const roleRoutes: Route[] = [
  ...crudRoutes(roleService, '/settings/roles/'),
  route({
    method: 'post',
    path: '/settings/roles/initialize/',
    tag,
    permission: 'assign_roles',
    summary: 'Make the five system roles where they are missing.',
    body: z.strictObject({ force: z.boolean().default(false) }),
    response: z.strictObject({
      roles: z.array(z.strictObject({ name: z.string(), outcome: z.string(), fields: z.array(z.string()) })),
      message: z.string(),
    }),
    handler: async (ctx, { body }) => {
      // To reset an edited role may widen what the caller themselves holds.
      if (body.force) refuseAboveOwn(ctx, { level: ADMIN_LEVEL });
      const roles = await initializeRoles(ctx, { isForced: body.force });
      const changed = roles.filter((role) => role.outcome === 'created' || role.outcome === 'reset').length;
      return { roles, message: changed ? `${changed} roles were made or reset.` : 'Nothing had to be changed.' };
    },
  }),
  route({
    method: 'get',
    path: '/settings/permissions/',
    tag,
    permission: 'signed-in',
    summary: 'List every permission with what it allows.',
    response: z.strictObject({
      groups: z.array(
        z.strictObject({
          group: z.string(),
          permissions: z.array(z.strictObject({ code: z.string(), sentence: z.string() })),
        }),
      ),
    }),
    handler: async () => listPermissions(),
  }),
  route({
    method: 'get',
    path: '/settings/permissions/me/',
    tag,
    permission: 'signed-in',
    summary: 'The caller’s roles and permissions.',
    response: z.strictObject({
      user_id: z.uuid(),
      email: z.string(),
      name: z.string(),
      roles: z.array(z.string()),
      permissions: z.array(z.string()),
      is_admin: z.boolean(),
      highest_role_level: z.number(),
    }),
    handler: async (ctx) => {
      const account = await findAccount(ctx, ctx.principal.user_id ?? '');
      return {
        user_id: account.id,
        email: account.email,
        name: ctx.principal.name,
        roles: account.roles.map((role) => role.name),
        permissions: account.permissions,
        is_admin: ctx.principal.level >= ADMIN_LEVEL,
        highest_role_level: account.roles[0]?.level ?? -1,
      };
    },
  }),
  route({
    method: 'post',
    path: '/settings/permissions/check/',
    tag,
    permission: 'signed-in',
    summary: 'Whether the caller may do this, and which role or scope decides.',
    body: z.strictObject({
      permission: z.string().max(100),
      resource: optionalText(50).describe('contact or contacts, and so on'),
      id: optionalId,
    }),
    response: z.strictObject({ has_permission: z.boolean(), reason: z.string() }),
    handler: (ctx, { body }) => checkPermission(ctx, body),
  }),
];

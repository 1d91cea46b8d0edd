import { z } from 'zod';
import { personalRows, type ScopeRule } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { instant, optionalId } from '../http/fields.ts';
import { roleResource } from '../roles/role.resource.ts';
import { teamResource } from '../teams/team.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { RoleAssignment } from './role-assignment.entity.ts';

/** A role in the trash is held by nobody. */
const ofLivingRoles: ScopeRule = (_access, alias) =>
  `EXISTS (SELECT 1 FROM roles held WHERE held.id = ${alias}.role_id AND held.deleted_at IS NULL)`;

const roleView = z.strictObject({
  id: z.uuid(),
  name: z.string(),
  display_name: z.string(),
  level: z.number(),
  color: z.string(),
});

export const roleAssignmentResource: Resource = defineResource({
  noun: 'role_assignment',
  plural: 'role_assignments',
  entity: RoleAssignment,
  label: (alias) => `${alias}.id::text`,
  permissions: { view: 'assign_roles', create: 'assign_roles', edit: 'assign_roles', delete: 'assign_roles' },
  scope: ofLivingRoles,
  write: { user_id: z.uuid('Choose a user.'), role_id: z.uuid('Choose a role.'), team_id: optionalId },
  computed: {
    user_email: { schema: z.string(), sql: (alias) => `(SELECT email FROM users WHERE users.id = ${alias}.user_id)` },
    role: {
      schema: roleView,
      sql: (alias) =>
        `(SELECT json_build_object('id', id, 'name', name, 'display_name', display_name, 'level', level, 'color', color)
          FROM roles WHERE roles.id = ${alias}.role_id)`,
    },
    assigned_by_id: { schema: z.uuid().nullable(), sql: (alias) => `${alias}.created_by_id`, past: 'own' },
    assigned_at: { schema: instant, sql: (alias) => `${alias}.created_at`, past: 'own' },
  },
  relations: {
    user: { column: 'user_id', target: () => userResource, label: 'user_name', card: USER_CARD },
    role: { column: 'role_id', target: () => roleResource, label: 'role_name' },
    team: { column: 'team_id', target: () => teamResource, label: 'team_name' },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'assigned_by_name', card: USER_CARD },
  },
  filters: ['user_id', 'role_id', 'team_id'],
  sorts: [],
});

/** One's own, which needs no permission to see. */
export const ownAssignmentResource: Resource = {
  ...roleAssignmentResource,
  permissions: { ...roleAssignmentResource.permissions, view: 'signed-in' },
  scope: (access, alias, bind) => `${ofLivingRoles(access, alias, bind)} AND ${personalRows(access, alias, bind)}`,
};

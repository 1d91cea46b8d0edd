import { z } from 'zod';
import type { ScopeRule } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { optionalId } from '../http/fields.ts';
import { roleResource } from '../roles/role.resource.ts';
import { teamResource } from '../teams/team.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { RoleAssignment } from './role-assignment.entity.ts';

/** What was given with a role that is deleted holds no more and comes back with it. */
const livingRoles: ScopeRule = (_access, alias) =>
  `EXISTS (SELECT 1 FROM roles living WHERE living.id = ${alias}.role_id AND living.deleted_at IS NULL)`;

export const roleAssignmentResource: Resource = defineResource({
  noun: 'role_assignment',
  plural: 'role_assignments',
  entity: RoleAssignment,
  label: (alias) => `${alias}.id::text`,
  permissions: { view: 'assign_roles', create: 'assign_roles', edit: 'assign_roles', delete: 'assign_roles' },
  scope: livingRoles,
  write: { user_id: z.uuid('Choose a user.'), role_id: z.uuid('Choose a role.'), team_id: optionalId },
  relations: {
    user: { column: 'user_id', target: () => userResource, label: 'user_name', card: USER_CARD },
    role: { column: 'role_id', target: () => roleResource, label: 'role_name' },
    team: { column: 'team_id', target: () => teamResource, label: 'team_name' },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'assigned_by_name', card: USER_CARD },
  },
  filters: ['user_id', 'role_id', 'team_id'],
  sorts: [],
});

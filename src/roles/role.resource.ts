import { z } from 'zod';
import { isPermission, permissionCodes } from '../auth/permissions.ts';
import { sharedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { lines, requiredText } from '../http/fields.ts';
import { Role } from './role.entity.ts';

const permission = z.string().refine(isPermission, `Choose one of ${permissionCodes.join(', ')}.`);

/** It ends up in a style, so it is a plain colour and nothing that a style sheet would read further. */
const color = z
  .string()
  .trim()
  .regex(/^([a-z]{3,20}|#[0-9a-f]{3}|#[0-9a-f]{6})$/i, 'Give a colour such as gray or #3b82f6.')
  .toLowerCase();

export const roleResource: Resource = defineResource({
  noun: 'role',
  plural: 'roles',
  entity: Role,
  label: (alias) => `${alias}.display_name`,
  permissions: { view: 'signed-in', create: 'assign_roles', edit: 'assign_roles', delete: 'assign_roles' },
  scope: sharedRows,
  write: {
    name: requiredText(50).regex(/^[a-z][a-z0-9_]*$/, 'Use lower-case letters, digits and _.'),
    display_name: requiredText(100),
    description: lines(2000).default(''),
    level: z.number().int().min(0).max(4),
    permissions: z
      .array(permission)
      .max(200)
      .transform((codes) => [...new Set(codes)].sort())
      .default([]),
    color: color.default('gray'),
  },
  read: { is_system_role: z.boolean() },
  computed: {
    permissions_count: { schema: z.number().int(), sql: (alias) => `cardinality(${alias}.permissions)`, past: 'own' },
    users_count: {
      schema: z.number().int(),
      sql: (alias) =>
        `(SELECT count(DISTINCT a.user_id) FROM role_assignments a WHERE a.role_id = ${alias}.id AND a.deleted_at IS NULL)`,
    },
  },
  filters: ['name', 'display_name', 'level', 'is_system_role'],
  sorts: ['name', 'display_name', 'level'],
  unique: ['name'],
});

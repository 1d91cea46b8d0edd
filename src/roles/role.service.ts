import { isDeepStrictEqual } from 'node:util';
import { revoke } from '../auth/principal-cache.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, fieldError, permissionDenied } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { roleResource } from './role.resource.ts';

const crud = crudService(roleResource);

export const roleService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    refuseAboveOwn(ctx, input);
    return crud.create(ctx, input);
  },
  update: async (ctx, id, input, options) => {
    const role = await crud.read(ctx, id);
    refuseAboveOwn(ctx, role);
    refuseAboveOwn(ctx, input);
    if (role.is_system_role) refuseSystemChange(role, input);
    const updated = await crud.update(ctx, id, input, options);
    await revoke(ctx, 'all');
    return updated;
  },
  delete: async (ctx, id, options) => {
    await refuseSystem(ctx, id);
    await crud.delete(ctx, id, options);
    await revoke(ctx, 'all');
  },
  restore: async (ctx, id) => {
    const role = await crud.restore(ctx, id);
    refuseAboveOwn(ctx, role);
    await revoke(ctx, 'all');
    return role;
  },
  purge: async (ctx, id, options) => {
    await refuseSystem(ctx, id);
    await crud.purge(ctx, id, options);
    await revoke(ctx, 'all');
  },
};

async function refuseSystem(ctx: Ctx, id: string): Promise<void> {
  const [role] = await ctx.db.query<{ is_system_role: boolean; level: number }>(
    'SELECT is_system_role, level FROM roles WHERE id = $1',
    [id],
  );
  if (role?.is_system_role) throw conflict('A system role cannot be deleted.');
  if (role) refuseAboveOwn(ctx, role);
}

function refuseSystemChange(role: Row, input: Record<string, unknown>): void {
  // An administrator role without its permissions would leave nobody who could give them back.
  for (const field of role.name === 'admin' ? ['name', 'level', 'permissions'] : ['name', 'level']) {
    if (input[field] !== undefined && !isDeepStrictEqual(input[field], role[field])) {
      throw fieldError(field, 'system_role', `The ${field} of this system role cannot be changed.`);
    }
  }
}

/**
 * Nobody makes, changes or gives a role above their own level, or one with a permission that they lack. What they hold
 * within one team does not count: roles hold everywhere.
 */
export function refuseAboveOwn(ctx: Ctx, role: { level?: unknown; permissions?: unknown }): void {
  const { principal } = ctx;
  if (principal.permissions === null) return;
  if (typeof role.level === 'number' && role.level > principal.level) {
    throw permissionDenied('assign_roles', 'This role is above your own level.');
  }
  const lacking = Array.isArray(role.permissions)
    ? role.permissions.filter((code) => !principal.grants.some((each) => !each.team_id && each.permissions.has(code)))
    : [];
  if (lacking.length > 0)
    throw permissionDenied('assign_roles', `You cannot give permissions that you lack: ${lacking.join(', ')}.`);
}

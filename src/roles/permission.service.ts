import { isPermission, PERMISSIONS, type Permission, permissionCodes } from '../auth/permissions.ts';
import { findRowAccess } from '../auth/scope.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { suggestName } from '../core/nearest.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters } from '../crud/select.ts';
import { leadResource } from '../leads/lead.resource.ts';

/** Resources whose single rows `permissions/check/` can be asked about. */
const CHECKABLE: Record<string, Resource> = {
  contact: contactResource,
  company: companyResource,
  lead: leadResource,
};

export interface PermissionCheck {
  permission: string;
  resource?: string;
  id?: string;
}

/** Whether the caller may do this, on one row where one is named, and which role or scope decided. Throws 400. */
export async function checkPermission(
  ctx: Ctx,
  input: PermissionCheck,
): Promise<{ has_permission: boolean; reason: string }> {
  const { permission } = input;
  if (!isPermission(permission)) {
    throw fieldError(
      'permission',
      'unknown_permission',
      `No such permission.${suggestName(permission, permissionCodes)}`,
    );
  }
  const roles = ctx.principal.grants.filter((grant) => grant.permissions.has(permission)).map((grant) => grant.role);
  if (roles.length === 0) return { has_permission: false, reason: `None of your roles carries ${permission}.` };
  const because = `${permission} is carried by the role ${roles.join(', ')}`;
  if (!input.resource || !input.id) return { has_permission: true, reason: `${because}.` };
  const resource = Object.hasOwn(CHECKABLE, input.resource) ? CHECKABLE[input.resource] : undefined;
  if (!resource) {
    throw fieldError(
      'resource',
      'invalid_choice',
      `No such resource.${suggestName(input.resource, Object.keys(CHECKABLE))}`,
    );
  }
  const isReached = await reachesRow(ctx, resource, permission, input.id);
  return isReached
    ? { has_permission: true, reason: `${because}, and this ${resource.noun} is within its scope.` }
    : { has_permission: false, reason: `${because}, but there is no such ${resource.noun} within its scope.` };
}

async function reachesRow(ctx: Ctx, resource: Resource, permission: Permission, id: string): Promise<boolean> {
  const { values, bind } = new Parameters();
  const scope = resource.scope(findRowAccess(ctx.principal, permission), 't', bind) ?? 'TRUE';
  const rows = await ctx.db.query(
    `SELECT 1 FROM ${resource.plural} t WHERE t.id = ${bind(id)} AND t.deleted_at IS NULL AND ${scope}`,
    values,
  );
  return rows.length > 0;
}

/** Every permission with its sentence, by group. */
export function listPermissions() {
  const groups = new Map<string, { code: string; sentence: string }[]>();
  for (const code of permissionCodes) {
    const { group, sentence } = PERMISSIONS[code];
    groups.set(group, [...(groups.get(group) ?? []), { code, sentence }]);
  }
  return { groups: [...groups].map(([group, permissions]) => ({ group, permissions })) };
}

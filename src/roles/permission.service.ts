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

/** Resources whose single rows `permissions/check/` can be asked about, by either name. */
const CHECKABLE = new Map(
  [contactResource, companyResource, leadResource].flatMap((each) => [
    [each.noun, each],
    [each.plural, each],
  ]),
);

export interface PermissionCheck {
  permission: string;
  resource?: string | null;
  id?: string | null;
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
  const resource = input.resource ? findResource(input.resource) : null;
  if (input.id && !resource) throw fieldError('resource', 'required', 'Say of which resource this is the id.');
  const roles = ctx.principal.grants.filter((grant) => grant.permissions.has(permission)).map((grant) => grant.role);
  if (roles.length === 0) return { has_permission: false, reason: `None of your roles carries ${permission}.` };
  const because = `${permission} is carried by the role ${roles.join(', ')}`;
  if (!resource || !input.id) return { has_permission: true, reason: `${because}.` };
  const isReached = await reachesRow(ctx, resource, permission, input.id);
  return isReached
    ? { has_permission: true, reason: `${because}, and this ${resource.noun} is within its scope.` }
    : { has_permission: false, reason: `${because}, but there is no such ${resource.noun} within its scope.` };
}

function findResource(name: string): Resource {
  const resource = CHECKABLE.get(name);
  if (resource) return resource;
  throw fieldError('resource', 'invalid_choice', `No such resource.${suggestName(name, CHECKABLE.keys())}`);
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

import type { Principal } from '../core/ctx.ts';
import { permissionDenied, unauthenticated } from '../core/errors.ts';
import type { Permission } from './permissions.ts';

/** `public`: anyone; `signed-in`: any active user; otherwise the permission's code. */
export type RequiredPermission = Permission | 'public' | 'signed-in';

/** A reader below a sales representative sees every row that a permission shows, and changes none but its own. */
const READER_LEVEL = 1;

/** Which users' rows a principal reaches. `user_ids: null` is every row. */
export interface RowAccess {
  /** For a rule that goes by the rules of other tables. */
  principal: Principal;
  user_id: string;
  user_ids: readonly string[] | null;
  /** What is only shown to somebody, such as a meeting they are invited to, is not theirs to change. */
  is_reading: boolean;
}

const NOBODY = '00000000-0000-0000-0000-000000000000';

export function holdsPermission(principal: Principal, required: RequiredPermission): boolean {
  if (required === 'public') return true;
  if (principal.permissions === null) return true;
  return required === 'signed-in' ? principal.user_id !== null : principal.permissions.has(required);
}

/** Throws 401 for a caller who is not signed in, 403 naming the permission for one who is. */
export function requirePermission(principal: Principal, required: RequiredPermission): void {
  if (holdsPermission(principal, required)) return;
  if (!principal.user_id) throw unauthenticated('not_authenticated', 'Sign in to use this.');
  throw permissionDenied(required);
}

/**
 * The rows on which `permission` holds: the union over the roles that carry it, each limited to its own reach.
 * A principal without the permission reaches nothing.
 */
export function findRowAccess(principal: Principal, permission: RequiredPermission): RowAccess {
  const user_id = principal.user_id ?? NOBODY;
  const is_reading = permission.startsWith('view_');
  if (principal.permissions === null) return { principal, user_id, user_ids: null, is_reading };
  const reached = new Set<string>();
  for (const grant of principal.grants) {
    if (permission !== 'signed-in' && permission !== 'public' && !grant.permissions.has(permission)) continue;
    if (grant.level > READER_LEVEL) {
      if (grant.user_ids === null) return { principal, user_id, user_ids: null, is_reading };
      for (const id of grant.user_ids) reached.add(id);
    } else if (is_reading && grant.user_ids === null) {
      return { principal, user_id, user_ids: null, is_reading };
    } else if (is_reading) {
      for (const id of grant.user_ids ?? []) reached.add(id);
    } else {
      reached.add(user_id);
    }
  }
  return { principal, user_id, user_ids: [...reached].sort(), is_reading };
}

/** Adds a value to the statement being built and answers its placeholder, `$1` and on. */
export type Bind = (value: unknown) => string;

/**
 * Which rows of one resource a caller reaches, as an SQL condition over `alias`; `null` is every row. One rule serves
 * list, read, update, delete, bulk, expand, count, label and panel, so that none of them can forget it.
 */
export type ScopeRule = (access: RowAccess, alias: string, bind: Bind) => string | null;

/** Rows that the reached users own or are assigned to, and those that the caller made. */
export function ownedRows(columns: readonly ('owner_id' | 'assigned_to_id')[]): ScopeRule {
  return (access, alias, bind) => {
    if (access.user_ids === null) return null;
    if (access.user_ids.length === 0) return 'FALSE';
    const users = bind(access.user_ids);
    const held = columns.map((column) => `${alias}.${column} = ANY(${users}::uuid[])`);
    return `(${[...held, `${alias}.created_by_id = ${bind(access.user_id)}`].join(' OR ')})`;
  };
}

/** Every row: for what all who hold the permission share, such as roles. */
export const sharedRows: ScopeRule = () => null;

/** Rows whose `user_id` is the caller's, whatever their role. */
export const personalRows: ScopeRule = (access, alias, bind) => `${alias}.user_id = ${bind(access.user_id)}`;

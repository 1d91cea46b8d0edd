import type { ActionContext } from 'adminjs';
import type { RequiredPermission } from '../src/auth/scope.ts';
import { isAllowed } from './administrator.ts';

/** Asked at each request, of a principal loaded for that request. */
export function allowWith(permission: RequiredPermission): (context: ActionContext) => boolean {
  return ({ currentAdmin }) => isAllowed(currentAdmin, permission);
}

import type { CurrentAdmin } from 'adminjs';
import { holdsPermission, type RequiredPermission } from '../src/auth/scope.ts';
import type { Ctx } from '../src/core/ctx.ts';

/** Who is signed in, as AdminJS hands it to every action and prints it into the page: nothing here is a secret. */
export interface Administrator extends CurrentAdmin {
  id: string;
  /** What AdminJS shows first in the corner; we show the name. */
  email: string;
  /** Shown below it. */
  title: string;
  /** Where they live, so that a page writes moments by their clock. */
  timezone: string;
}

// Beside the object instead of in it, because AdminJS prints that object into the page and the session would store it.
const contexts = new WeakMap<object, Ctx>();

/** Makes an administrator for one request, with the context in which all of it acts. */
export function createAdministrator(ctx: Ctx, timezone: string): Administrator {
  const { principal } = ctx;
  const roles = principal.grants.map((grant) => grant.role.replaceAll('_', ' '));
  const title = [...new Set(roles)].join(', ');
  const administrator = { id: principal.user_id ?? '', email: principal.name, title, timezone };
  contexts.set(administrator, ctx);
  return administrator;
}

/** The context of the request that an action belongs to. Throws where nobody is signed in. */
export function ctxOf(administrator: CurrentAdmin | undefined): Ctx {
  const ctx = administrator && contexts.get(administrator);
  if (!ctx) throw new Error('This request has no signed-in administrator.');
  return ctx;
}

export function zoneOf(administrator: CurrentAdmin | undefined): string {
  return String(administrator?.timezone ?? 'UTC');
}

export function isAllowed(administrator: CurrentAdmin | undefined, permission: RequiredPermission): boolean {
  return administrator !== undefined && holdsPermission(ctxOf(administrator).principal, permission);
}

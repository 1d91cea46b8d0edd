import { type Ctx, createCtx, NO_ORIGIN, type Origin, type Principal } from '../src/core/ctx.ts';
import type { System } from '../src/system.ts';

/** What the panel's session keeps of who signed in, and what AdminJS hands to every action as `currentAdmin`. */
export interface Administrator {
  id: string;
  email: string;
  /** Shown in the corner. */
  title: string;
  session_id: string;
}

interface Presence {
  principal: Principal;
  origin: Origin;
}

// By the object that the session gives to AdminJS and AdminJS to our resources: the principal is loaded anew for each
// request and must not be stored with the session, where it would outlive a change of role.
const presences = new WeakMap<object, Presence>();

export function setPresence(administrator: Administrator, presence: Presence): void {
  presences.set(administrator, presence);
}

/** The principal behind an action. Throws when there is none, which no signed-in request can reach. */
export function principalOf(administrator: unknown): Principal {
  const presence = presences.get(administrator as object);
  if (!presence) throw new Error('This request has no signed-in administrator.');
  return presence.principal;
}

/** The context in which an administrator's reads and writes go through the services. */
export function ctxOf(system: System, administrator: unknown): Ctx {
  const origin = presences.get(administrator as object)?.origin ?? NO_ORIGIN;
  return createCtx(system, principalOf(administrator), origin);
}

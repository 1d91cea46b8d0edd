import type { KeyObject } from 'node:crypto';
import type { Connection, Database } from './database.ts';
import type { FieldDefinitions } from './field-definitions.ts';
import type { Logger } from './logger.ts';
import type { SavedLists } from './saved-lists.ts';

/** One role held by a principal, with the rows it reaches. */
export interface Grant {
  role: string;
  level: number;
  permissions: ReadonlySet<string>;
  /** The team that the role is limited to; `null` where it holds everywhere. */
  team_id: string | null;
  /** Whose rows: `null` is everybody's, otherwise those of these users. */
  user_ids: readonly string[] | null;
}

/** Who acts: a signed-in person, or the system itself. */
export interface Principal {
  user_id: string | null;
  session_id: string | null;
  name: string;
  /** The highest of the roles that are not limited to a team. */
  level: number;
  /** `null` means every permission: only the system principal. */
  permissions: ReadonlySet<string> | null;
  grants: readonly Grant[];
}

/** Where a change came from, for the audit row. */
export interface Origin {
  request_id: string | null;
  ip: string | null;
  user_agent: string | null;
  /** The event that led to this one, when a reaction acts. */
  caused_by: string | null;
}

/** What every service function takes first: who acts, on which connection, and what follows the commit. */
export interface Ctx extends CtxDeps {
  principal: Principal;
  origin: Origin;
  /** Inside a transaction when the route or job opened one. */
  db: Connection;
  /** Runs after the commit and before the answer is sent; never when the transaction rolls back. */
  afterCommit(effect: () => void): void;
}

export const ANONYMOUS: Principal = {
  user_id: null,
  session_id: null,
  name: 'anonymous',
  level: -1,
  permissions: new Set(),
  grants: [],
};

export const SYSTEM: Principal = {
  user_id: null,
  session_id: null,
  name: 'system',
  level: Number.MAX_SAFE_INTEGER,
  permissions: null,
  grants: [],
};

export const NO_ORIGIN: Origin = { request_id: null, ip: null, user_agent: null, caused_by: null };

/** What every context of a process shares. */
export interface CtxDeps {
  database: Database;
  logger: Logger;
  /** Signs what a client hands back to us, such as a cursor. */
  signatureKey: KeyObject;
  /** The fields that the installation has added to its nouns. */
  customFields: FieldDefinitions;
  /** What the `view` of a list names. */
  savedLists: SavedLists;
}

/** A context outside any transaction: `afterCommit` runs its effect at once. */
export function createCtx(deps: CtxDeps, principal: Principal, origin: Origin): Ctx {
  return { ...deps, principal, origin, db: deps.database, afterCommit: (effect) => effect() };
}

/** The context of scripts, jobs and reactions. */
export function createSystemCtx(deps: CtxDeps, caused_by: string | null = null): Ctx {
  return createCtx(deps, SYSTEM, { ...NO_ORIGIN, caused_by });
}

/** Runs `work` in one transaction of its own and the effects it asked for once that is committed. */
export async function withTransaction<T>(ctx: Ctx, work: (ctx: Ctx) => Promise<T>): Promise<T> {
  const effects: (() => void)[] = [];
  const result = await ctx.database.transaction((db) =>
    work({ ...ctx, db, afterCommit: (effect) => void effects.push(effect) }),
  );
  for (const effect of effects) ctx.afterCommit(effect);
  return result;
}

import type { KeyObject } from 'node:crypto';
import type { Connection, Database } from './database.ts';
import type { FieldSet } from './field-definitions.ts';
import type { Logger } from './logger.ts';
import type { SavedList } from './saved-lists.ts';

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
  /** IANA; where their day and week begin. */
  time_zone: string;
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
  time_zone: 'UTC',
  level: -1,
  permissions: new Set(),
  grants: [],
};

export const SYSTEM: Principal = {
  user_id: null,
  session_id: null,
  name: 'system',
  time_zone: 'UTC',
  level: Number.MAX_SAFE_INTEGER,
  permissions: null,
  grants: [],
};

export const NO_ORIGIN: Origin = { request_id: null, ip: null, user_agent: null, caused_by: null };

/** The fields that this installation has added, at hand in every process. */
export interface FieldDefinitions {
  of(entity: string): FieldSet;
  /** Every noun that has any. The same object for as long as nothing changes. */
  all(): ReadonlyMap<string, FieldSet>;
  /** Await this where what `of` answers must be as it is now; `undefined` when it is. */
  ready(): Promise<void> | undefined;
  /** Whether there is such a row and the caller may refer to it. */
  canRefer(ctx: Ctx, entity: string, id: string): Promise<boolean>;
}

/** Where the saved views of lists are found. */
export interface SavedLists {
  /** Throws 404 for one that is not there or not for the caller. */
  find(ctx: Ctx, id: string): Promise<SavedList>;
}

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

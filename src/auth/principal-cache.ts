import type { Ctx } from '../core/ctx.ts';
import type { Database } from '../core/database.ts';
import { type Notices, sendNotice } from '../core/notices.ts';
import { type LoadedPrincipal, loadSessionPrincipal } from './principal.ts';

const LIFETIME_MS = 5 * 60_000;
const MAX_ENTRIES = 20_000;
export const REVOCATION_CHANNEL = 'mycrm_revocations';

/** What no longer holds: everything, one user's sessions, or one session. */
export type Revocation = 'all' | `user:${string}` | `session:${string}`;

interface Entry {
  loaded: LoadedPrincipal;
  loadedAt: number;
}

/**
 * Principals by session, kept five minutes in each process and dropped in all of them at once when a role, an
 * assignment, a team, the user or the session changes. While the notice connection is down nothing is kept.
 */
export class PrincipalCache {
  readonly #database: Database;
  readonly #notices: Pick<Notices, 'isConnected'>;
  readonly #entries = new Map<string, Entry>();
  // A load that began before a revocation must not be kept after it.
  #generation = 0;

  constructor(database: Database, notices: Notices) {
    this.#database = database;
    this.#notices = notices;
    notices.on(REVOCATION_CHANNEL, (payload) => this.drop(payload as Revocation));
    notices.onGap(() => this.drop('all'));
  }

  /** The principal if it is at hand. */
  peek(sessionId: string): LoadedPrincipal | undefined {
    const known = this.#entries.get(sessionId);
    return known && Date.now() - known.loadedAt < LIFETIME_MS ? known.loaded : undefined;
  }

  async find(sessionId: string): Promise<LoadedPrincipal | null> {
    const known = this.peek(sessionId);
    if (known) return known;
    const generation = this.#generation;
    const loaded = await loadSessionPrincipal(this.#database, sessionId);
    if (loaded && generation === this.#generation && this.#notices.isConnected()) {
      if (this.#entries.size >= MAX_ENTRIES) this.#entries.clear();
      this.#entries.set(sessionId, { loaded, loadedAt: Date.now() });
    }
    return loaded;
  }

  /** Forgets here what `revocation` names. */
  drop(revocation: Revocation): void {
    this.#generation += 1;
    const [kind, id] = revocation.split(':');
    if (kind === 'session' && id) this.#entries.delete(id);
    else if (kind === 'user') {
      for (const [key, entry] of this.#entries) if (entry.loaded.principal.user_id === id) this.#entries.delete(key);
    } else this.#entries.clear();
  }
}

/** Announces a revocation to every process when the current transaction commits. */
export async function revoke(ctx: Ctx, revocation: Revocation): Promise<void> {
  await sendNotice(ctx, REVOCATION_CHANNEL, revocation);
}

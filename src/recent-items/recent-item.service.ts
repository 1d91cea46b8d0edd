import { findRowAccess, holdsPermission } from '../auth/scope.ts';
import type { Ctx, CtxDeps } from '../core/ctx.ts';
import type { Database } from '../core/database.ts';
import { newId } from '../core/ids.ts';
import { Parameters } from '../crud/select.ts';
import { recordResources } from '../records/record-types.ts';

interface View {
  user_id: string;
  target_type: string;
  target_id: string;
  viewed_at: string;
}

const WRITE_MS = 500;
const MOST_WAITING = 5000;
const KEPT = 50;

/** What was looked at in the last half second, on its way to one database. */
class ViewBuffer {
  readonly #deps: CtxDeps;
  readonly #waiting = new Map<string, View>();

  constructor({ database, logger, signatureKey, customFields, savedLists }: CtxDeps) {
    this.#deps = { database, logger, signatureKey, customFields, savedLists };
  }

  add(view: View): void {
    if (this.#waiting.size >= MOST_WAITING) return;
    if (this.#waiting.size === 0) setTimeout(() => void this.#write(), WRITE_MS).unref();
    this.#waiting.set(`${view.user_id} ${view.target_id}`, view);
  }

  async #write(): Promise<void> {
    const views = [...this.#waiting.values()];
    this.#waiting.clear();
    const column = (name: keyof View) => views.map((view) => view[name]);
    await this.#deps.database
      .query(
        `INSERT INTO recent_items (id, user_id, target_type, target_id, viewed_at)
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[])
         ON CONFLICT (user_id, target_type, target_id) DO UPDATE SET viewed_at = excluded.viewed_at`,
        [views.map(() => newId()), column('user_id'), column('target_type'), column('target_id'), column('viewed_at')],
      )
      .catch((error: unknown) => this.#deps.logger.warn({ err: error }, 'recent items could not be written'));
  }
}

const buffers = new WeakMap<Database, ViewBuffer>();

/** Notes that the caller looked at a record. Written with others half a second later: a read waits for no write. */
export function noteView(ctx: Ctx, target_type: string, target_id: string): void {
  const { user_id } = ctx.principal;
  if (!user_id) return;
  let buffer = buffers.get(ctx.database);
  if (!buffer) {
    buffer = new ViewBuffer(ctx);
    buffers.set(ctx.database, buffer);
  }
  buffer.add({ user_id, target_type, target_id, viewed_at: new Date().toISOString() });
}

export interface RecentItemRow {
  entity_type: string;
  id: string;
  title: string;
  viewed_at: string;
}

/** The records that the caller looked at last, as far as they may still read them and they are not in the trash. */
export async function listRecentItems(ctx: Ctx, limit: number): Promise<RecentItemRow[]> {
  const { values, bind } = new Parameters();
  const user = bind(ctx.principal.user_id);
  const kinds = recordResources.flatMap((resource) => {
    const { view } = resource.permissions;
    if (!holdsPermission(ctx.principal, view)) return [];
    const scope = resource.scope(findRowAccess(ctx.principal, view), 't', bind) ?? 'TRUE';
    return `SELECT '${resource.noun}' AS entity_type, t.id, ${resource.label('t')} AS title, seen.viewed_at
      FROM seen JOIN ${resource.plural} t ON t.id = seen.target_id
      WHERE seen.target_type = '${resource.noun}' AND t.deleted_at IS NULL AND ${scope}`;
  });
  if (kinds.length === 0) return [];
  return ctx.db.query<RecentItemRow>(
    `WITH seen AS (SELECT target_type, target_id, viewed_at FROM recent_items WHERE user_id = ${user}
       ORDER BY viewed_at DESC LIMIT ${KEPT})
     ${kinds.join(' UNION ALL ')} ORDER BY viewed_at DESC LIMIT ${limit}`,
    values,
  );
}

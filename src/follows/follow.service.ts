import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { findTarget, type Target } from '../records/target.ts';
import { followResource } from './follow.resource.ts';

export const followService: CrudService = crudService(followResource);

/** Follows a record that the caller may read; a second time changes nothing. Throws 400 at the target. */
export async function followRecord(ctx: Ctx, target: Target): Promise<Row> {
  await findTarget(ctx, target);
  const { user_id } = ctx.principal;
  const [follow] = await ctx.db.query<{ id: string }>(
    `INSERT INTO follows (id, created_by_id, user_id, target_type, target_id) VALUES ($1, $2, $2, $3, $4)
     ON CONFLICT (user_id, target_type, target_id) DO UPDATE SET updated_at = follows.updated_at RETURNING id`,
    [newId(), user_id, target.target_type, target.target_id],
  );
  return followService.read(ctx, follow?.id ?? '');
}

/** Ends following, of a record that is no longer readable too; a second time changes nothing. */
export async function unfollowRecord(ctx: Ctx, target: Target): Promise<void> {
  await ctx.db.query('DELETE FROM follows WHERE user_id = $1 AND target_type = $2 AND target_id = $3', [
    ctx.principal.user_id,
    target.target_type,
    target.target_id,
  ]);
}

/** Throws 404 for what the caller does not follow. */
export async function removeFollow(ctx: Ctx, id: string): Promise<void> {
  const removed = await ctx.db.query('DELETE FROM follows WHERE id = $1 AND user_id = $2 RETURNING id', [
    id,
    ctx.principal.user_id,
  ]);
  if (removed.length === 0) throw notFound('follow');
}

import type { Ctx } from '../core/ctx.ts';
import { notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';

export interface NewNotification {
  user_id: string;
  event_id: string;
  notification_type: string;
  priority: 'low' | 'medium' | 'high';
  title: string;
  message: string;
  action_url?: string | null;
  actor_id?: string | null;
}

/**
 * Writes a notification and, after the commit, sends it to every connection of its user. The same event never
 * notifies the same user twice, and nobody is notified of their own act.
 */
export async function notify(ctx: Ctx, realtime: RealtimeEmitter, input: NewNotification): Promise<void> {
  if (input.actor_id === input.user_id) return;
  const [written] = await ctx.db.query<{ id: string; created_at: string }>(
    `INSERT INTO notifications (id, user_id, event_id, notification_type, priority, title, message, action_url, actor_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (user_id, event_id) DO NOTHING RETURNING id, created_at`,
    [
      newId(),
      input.user_id,
      input.event_id,
      input.notification_type,
      input.priority,
      input.title,
      input.message,
      input.action_url ?? null,
      input.actor_id ?? null,
    ],
  );
  if (!written) return;
  const unread_count = await countUnread(ctx, input.user_id);
  const { notification_type, title, message, action_url = null, priority } = input;
  ctx.afterCommit(() =>
    realtime.emitToUser(input.user_id, 'notification', {
      ...written,
      notification_type,
      title,
      message,
      action_url,
      priority,
      unread_count,
    }),
  );
}

export async function countUnread(ctx: Ctx, userId: string): Promise<number> {
  const [row] = await ctx.db.query<{ count: number }>(
    'SELECT count(*) AS count FROM notifications WHERE user_id = $1 AND NOT is_read AND deleted_at IS NULL',
    [userId],
  );
  return row?.count ?? 0;
}

/** Marks one of the caller's notifications. Throws 404. */
export async function markNotification(ctx: Ctx, id: string, isRead: boolean): Promise<void> {
  const marked = await ctx.db.query(
    `UPDATE notifications SET is_read = $3, read_at = CASE WHEN $3 THEN coalesce(read_at, now()) END, updated_at = now(), version = version + 1
     WHERE id = $1 AND user_id = $2 AND deleted_at IS NULL RETURNING id`,
    [id, ctx.principal.user_id, isRead],
  );
  if (marked.length === 0) throw notFound('notification');
}

/** Marks all of the caller's notifications as read. Answers how many were not. */
export async function markAllRead(ctx: Ctx): Promise<number> {
  const marked = await ctx.db.query(
    `UPDATE notifications SET is_read = true, read_at = now(), updated_at = now(), version = version + 1
     WHERE user_id = $1 AND NOT is_read AND deleted_at IS NULL RETURNING id`,
    [ctx.principal.user_id],
  );
  return marked.length;
}

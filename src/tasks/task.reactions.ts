import type { Ctx } from '../core/ctx.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';
import type { RecordedEvent } from '../events/recorded-event.ts';
import { notify } from '../notifications/notification.service.ts';

/** Tells users that a task was given to them, when it is made or later. */
export async function notifyTaskAssignment(ctx: Ctx, event: RecordedEvent, realtime: RealtimeEmitter): Promise<void> {
  const [, assignee] = event.changes.assigned_to_id ?? [];
  if (typeof assignee !== 'string') return;
  const [task] = await ctx.db.query<{ title: string; priority: string }>(
    'SELECT title, priority FROM tasks WHERE id = $1 AND assigned_to_id = $2 AND deleted_at IS NULL',
    [event.resource_id, assignee],
  );
  if (!task) return;
  await notify(ctx, realtime, {
    user_id: assignee,
    event_id: event.id,
    notification_type: 'task_assigned',
    priority: ['high', 'urgent'].includes(task.priority) ? 'high' : 'medium',
    title: `New Task Assigned: ${task.title}`.slice(0, 200),
    message: `${event.actor_name} gave you the task “${task.title}”.`,
    action_url: `/tasks/${event.resource_id}`,
    actor_id: event.actor_id,
  });
}

import { type Ctx, withTransaction } from '../core/ctx.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';
import type { EventName } from '../events/catalog.ts';
import { record } from '../events/record.ts';
import { notify } from '../notifications/notification.service.ts';
import { openTasks } from '../tasks/task.resource.ts';

const BATCH = 200;

interface Due {
  id: string;
  title: string;
  version: number;
  /** `null` where nobody is there to be reminded. */
  user_id: string | null;
  target_type: string | null;
  target_id: string | null;
}

/** What comes due: taken and marked in one statement, past the rows that another worker has taken. */
const TASKS = `
  WITH due AS (
    SELECT t.id FROM tasks t
    WHERE t.reminder_at <= now() AND t.reminded_at IS NULL AND t.deleted_at IS NULL AND ${openTasks('t')}
    ORDER BY t.reminder_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
  UPDATE tasks t SET reminded_at = now() FROM due WHERE t.id = due.id
  RETURNING t.id, t.title, t.version, 'task' AS target_type, t.id AS target_id,
    (SELECT u.id FROM users u WHERE u.id = coalesce(t.assigned_to_id, t.owner_id) AND u.is_active AND u.deleted_at IS NULL) AS user_id`;

const REMINDERS = `
  WITH due AS (
    SELECT r.id FROM reminders r
    WHERE r.remind_at <= now() AND r.reminded_at IS NULL AND NOT r.is_done AND r.deleted_at IS NULL
    ORDER BY r.remind_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED)
  UPDATE reminders r SET reminded_at = now(), updated_at = now(), version = r.version + 1 FROM due WHERE r.id = due.id
  RETURNING r.id, r.title, r.version, r.target_type, r.target_id,
    (SELECT u.id FROM users u WHERE u.id = r.user_id AND u.is_active AND u.deleted_at IS NULL) AS user_id`;

/**
 * Delivers every reminder that is due, of tasks and of their own, each exactly once: a row is marked in the transaction
 * that writes its notification. Answers how many there were.
 */
export async function deliverDueReminders(ctx: Ctx, realtime: RealtimeEmitter): Promise<number> {
  const tasks = await deliverAll(ctx, realtime, TASKS, 'task', 'task.reminded');
  return tasks + (await deliverAll(ctx, realtime, REMINDERS, 'reminder', 'reminder.delivered'));
}

async function deliverAll(
  ctx: Ctx,
  realtime: RealtimeEmitter,
  statement: string,
  type: 'task' | 'reminder',
  event: EventName,
): Promise<number> {
  let delivered = 0;
  for (;;) {
    const count = await withTransaction(ctx, async (inner) => {
      const rows = await inner.db.query<Due>(statement);
      for (const row of rows) await deliver(inner, realtime, type, event, row);
      return rows.length;
    });
    delivered += count;
    if (count < BATCH) return delivered;
  }
}

async function deliver(
  ctx: Ctx,
  realtime: RealtimeEmitter,
  type: 'task' | 'reminder',
  event: EventName,
  { id, title, version, user_id, target_type, target_id }: Due,
): Promise<void> {
  const metadata = { user_id };
  const event_id = await record(ctx, event, { type, id, version, label: title }, { metadata });
  if (user_id === null) return;
  const heading = type === 'task' ? `Task Due Soon: ${title}` : `Reminder: ${title}`;
  await notify(ctx, realtime, {
    user_id,
    event_id,
    notification_type: 'task_due_soon',
    priority: 'medium',
    title: heading.slice(0, 200),
    message: type === 'task' ? `Your task “${title}” is due soon.` : `You asked to be reminded of “${title}”.`,
    action_url: target_type ? `/${PATHS[target_type]}/${target_id}` : `/reminders/${id}`,
  });
}

const PATHS: Record<string, string> = {
  contact: 'contacts',
  company: 'companies',
  lead: 'leads',
  task: 'tasks',
  event: 'events',
};

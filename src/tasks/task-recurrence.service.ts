import { type Ctx, SYSTEM } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { nextWallTime } from '../core/recurrence.ts';
import { readRule, writeRule } from '../core/recurrence-rule.ts';
import { endOfDay, fromWallTime, startOfDay, toWallTime, type WallTime } from '../core/time-zones.ts';
import { copyFields } from '../crud/custom-fields.ts';
import { readRow } from '../crud/read-rows.ts';
import { createRow } from '../crud/write-rows.ts';
import { findTimeZone } from '../users/user.service.ts';
import { taskResource } from './task.resource.ts';

/** What the next task has in common with the one before it. */
const INHERITED = [
  'title',
  'description',
  'task_type',
  'priority',
  'assigned_to_id',
  'contact_id',
  'company_id',
  'lead_id',
  'deal_id',
  'owner_id',
  'created_by_id',
  'tags',
  'custom_fields',
] as const;

/**
 * Makes the task that follows a completed recurring one, unless it has been made before or the series is at its end.
 * The caller holds the lock of the completed row.
 */
export async function makeNextTask(ctx: Ctx, { id, recurrence }: Row): Promise<void> {
  if (typeof recurrence !== 'string') return;
  const made = await ctx.db.query('SELECT 1 FROM tasks WHERE recurred_from_id = $1', [id]);
  if (made.length > 0) return;
  const { user_id, name, time_zone } = ctx.principal;
  // Whoever completes a task may not be allowed to make one, or to see all that it is about.
  const asSystem: Ctx = { ...ctx, principal: { ...SYSTEM, user_id, name, time_zone } };
  const task = await readRow(asSystem, taskResource, String(id));
  const zone = await findTimeZone(ctx, task.assigned_to_id);
  const [kept] = await ctx.db.query<{ wall_time: number | null }>('SELECT wall_time FROM tasks WHERE id = $1', [id]);
  const next = planNext({ ...task, ...kept }, recurrence, zone);
  if (!next) return;
  const inherited = Object.fromEntries(INHERITED.map((field) => [field, task[field]]));
  inherited.custom_fields = copyFields(ctx, taskResource, task.custom_fields);
  // What has gone to the trash meanwhile has no name any more, and no new task may be about it.
  for (const { column, label, card } of Object.values(taskResource.relations)) {
    if (!card && task[label] === null) inherited[column] = null;
  }
  const checklist = (task.checklist as { text: string }[]).map(({ text }) => ({ text, is_done: false }));
  await createRow(asSystem, taskResource, { ...inherited, ...next, checklist, recurred_from_id: id });
}

/** When the next one is due; `null` after the last. Each task carries on the rule with the COUNT that is left. */
function planNext(task: Row, recurrence: string, zone: string): Row | null {
  const { COUNT, ...rule } = readRule(recurrence);
  if (COUNT === '1') return null;
  // Without a due date it recurs by the day on which it was done.
  const is_all_day = task.is_all_day === true || task.due_date === null;
  const due = intendedWallTime(task, zone);
  const nextWall = nextWallTime(recurrence, is_all_day ? startOfDay(due) : due, zone);
  if (nextWall === null) return null;
  const nextDue = is_all_day ? endOfDay(nextWall, zone) : fromWallTime(nextWall, zone);
  const intended = is_all_day ? toWallTime(nextDue, zone) : nextWall;
  return {
    due_date: nextDue.toISOString(),
    is_all_day,
    wall_time: toWallTime(nextDue, zone) === intended ? null : intended - startOfDay(intended),
    // The reminder keeps its distance by the clock, so that 9:00 stays 9:00.
    reminder_at:
      task.reminder_at === null
        ? null
        : fromWallTime(intended - due + toWallTime(String(task.reminder_at), zone), zone).toISOString(),
    recurrence: COUNT ? writeRule({ ...rule, COUNT: String(Number(COUNT) - 1) }) : recurrence,
  };
}

/**
 * What the clock was to show when the task is due. Where it skipped that, the series goes back to it the next time,
 * unless the task was moved meanwhile or given to somebody by whose clock it is another time.
 */
function intendedWallTime({ due_date, completed_at, wall_time }: Row, zone: string): WallTime {
  const shown = toWallTime(String(due_date ?? completed_at), zone);
  if (typeof wall_time !== 'number') return shown;
  const intended = startOfDay(shown) + wall_time;
  return toWallTime(fromWallTime(intended, zone), zone) === shown ? intended : shown;
}

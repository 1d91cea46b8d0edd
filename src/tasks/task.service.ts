import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict } from '../core/errors.ts';
import { dateToWallTime, endOfDay, toWallTime } from '../core/time-zones.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { type Input, lockRow, type UpdateOptions } from '../crud/write-rows.ts';
import type { EventName } from '../events/catalog.ts';
import { findTimeZone } from '../users/user.service.ts';
import { taskResource } from './task.resource.ts';
import { makeNextTask } from './task-recurrence.service.ts';

const crud = crudService(taskResource);

export const taskService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    const given: Input = { ...input, assigned_to_id: input.assigned_to_id ?? ctx.principal.user_id };
    requireAssignment(ctx, given, {});
    await settleDueDate(ctx, given, {});
    if (given.status === 'completed') given.completed_at = new Date().toISOString();
    const task = await crud.create(ctx, given);
    if (task.status === 'completed') await makeNextTask(ctx, task);
    return task;
  },
  update: async (ctx, id, input, options) => {
    const before = await lockRow(ctx, taskResource, id, taskResource.permissions.edit);
    return changeTask(ctx, before, input, options);
  },
};

/** Completes a task, and where it recurs makes the next one. Throws 404, 403, 409 when it is completed already. */
export async function completeTask(ctx: Ctx, id: string, options: UpdateOptions = {}): Promise<Row> {
  const before = await lockRow(ctx, taskResource, id, taskResource.permissions.edit);
  if (before.status === 'completed') throw conflict('This task is completed already.');
  return changeTask(ctx, before, { status: 'completed' }, options);
}

/** Opens a completed or cancelled task again. Throws 404, 403, 409 when it is open. */
export async function reopenTask(ctx: Ctx, id: string, options: UpdateOptions = {}): Promise<Row> {
  const before = await lockRow(ctx, taskResource, id, taskResource.permissions.edit);
  if (isOpen(before.status)) throw conflict('This task is open already.');
  return changeTask(ctx, before, { status: 'pending' }, options);
}

/** `before` is locked, so what is decided here still holds when it is written. */
async function changeTask(ctx: Ctx, before: Row, input: Input, options: UpdateOptions = {}): Promise<Row> {
  const change: Input = { ...input };
  requireAssignment(ctx, change, before);
  await settleDueDate(ctx, change, before);
  const event = findEvent(change, before);
  if (change.status !== undefined && change.status !== before.status) {
    change.completed_at = change.status === 'completed' ? new Date().toISOString() : null;
  }
  const { assigned_to_id, status } = { ...before, ...change };
  const metadata = { assigned_to_id, previous_assigned_to_id: before.assigned_to_id, status };
  const id = String(before.id);
  const task = await crud.update(ctx, id, change, { ...options, event, metadata });
  if (change.reminder_at !== undefined && task.reminder_at !== before.reminder_at) {
    await ctx.db.query('UPDATE tasks SET reminded_at = NULL WHERE id = $1', [id]);
  }
  if (event === 'task.completed') await makeNextTask(ctx, task);
  return task;
}

/** The one event that tells what a change amounts to; the changes beside it stand in its row. */
function findEvent(change: Input, before: Row): EventName {
  const status = change.status ?? before.status;
  if (status === 'completed' && before.status !== 'completed') return 'task.completed';
  if (isOpen(status) && !isOpen(before.status)) return 'task.reopened';
  const { assigned_to_id = before.assigned_to_id } = change;
  return assigned_to_id !== before.assigned_to_id ? 'task.assigned' : 'task.updated';
}

function isOpen(status: unknown): boolean {
  return status === 'pending' || status === 'in_progress';
}

/** To take a task or to let it lie needs no more than to change it; to give it to somebody else does. */
function requireAssignment(ctx: Ctx, change: Input, before: Row): void {
  for (const holder of [change.assigned_to_id, change.owner_id]) {
    const isOther = typeof holder === 'string' && holder !== ctx.principal.user_id;
    if (isOther && holder !== before.assigned_to_id && holder !== before.owner_id) {
      requirePermission(ctx.principal, 'assign_tasks');
    }
  }
}

/** A day is due when it ends for whoever the task is assigned to, and moves along when that is another person. */
async function settleDueDate(ctx: Ctx, change: Input, before: Row): Promise<void> {
  const { due_date: given, assigned_to_id = before.assigned_to_id } = change;
  const isMoved = before.is_all_day === true && assigned_to_id !== before.assigned_to_id;
  if (given === undefined && !isMoved) return;
  if (given === null || (typeof given === 'string' && given.includes('T'))) {
    // The moment that we print for a day is sent back by forms that did not touch it.
    const isUntouched = given !== null && Date.parse(given) === Date.parse(String(before.due_date));
    if (!isUntouched || !before.is_all_day) change.is_all_day = false;
    if (!isUntouched || !isMoved) return;
  }
  const zone = await findTimeZone(ctx, assigned_to_id);
  const isDay = typeof given === 'string' && !given.includes('T');
  const day = isDay
    ? dateToWallTime(given)
    : toWallTime(String(before.due_date), await findTimeZone(ctx, before.assigned_to_id));
  change.due_date = endOfDay(day, zone).toISOString();
  change.is_all_day = true;
}

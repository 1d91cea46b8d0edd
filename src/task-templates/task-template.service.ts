import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { DAY, toWallTime, wallTimeToDate } from '../core/time-zones.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Input } from '../crud/write-rows.ts';
import { parseInput } from '../http/parse.ts';
import { taskResource } from '../tasks/task.resource.ts';
import { taskService } from '../tasks/task.service.ts';
import { findTimeZone } from '../users/user.service.ts';
import { taskTemplateResource } from './task-template.resource.ts';

export const taskTemplateService: CrudService = crudService(taskTemplateResource);

/** Makes a task as a template says, but for what is given. Throws 404 when the caller may not see the template. */
export async function createTaskFromTemplate(ctx: Ctx, id: string, overrides: Input): Promise<Row> {
  const { title, description, task_type, priority, due_in_days, checklist } = await taskTemplateService.read(ctx, id);
  const planned: Input = { title, description, task_type, priority, checklist };
  if (typeof due_in_days === 'number') {
    // The day is the assignee's, as is its end.
    const zone = await findTimeZone(ctx, overrides.assigned_to_id ?? ctx.principal.user_id);
    planned.due_date = wallTimeToDate(toWallTime(new Date(), zone) + due_in_days * DAY);
  }
  return taskService.create(ctx, parseInput(taskResource.createSchema, { ...planned, ...overrides }));
}

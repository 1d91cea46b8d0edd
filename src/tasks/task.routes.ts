import { z } from 'zod';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { taskResource } from './task.resource.ts';
import { completeTask, reopenTask, taskService } from './task.service.ts';
import { readTaskDashboard } from './task-dashboard.service.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });
const part = z.strictObject({
  count: z.number().int(),
  results: z.array(taskResource.viewSchema).describe('The first ten, by when they are due'),
});

export const taskRoutes: Route[] = [
  route({
    method: 'get',
    path: '/tasks/dashboard/',
    tag: 'tasks',
    permission: 'view_tasks',
    summary: 'Count the tasks that the caller may see, and show what is overdue, due today and due this week.',
    response: z.strictObject({
      status_counts: z.record(z.string(), z.number().int()),
      overdue_tasks: part,
      due_today_tasks: part,
      due_this_week_tasks: part,
    }),
    handler: (ctx) => readTaskDashboard(ctx),
  }),
  ...recordRoutes(taskService),
  route({
    method: 'post',
    path: '/tasks/:id/complete/',
    tag: 'tasks',
    permission: 'edit_tasks',
    summary: 'Complete a task; a recurring one makes the next.',
    params,
    response: taskResource.viewSchema,
    handler: async (ctx, { params: { id }, ifMatch }) => replyWithVersion(await completeTask(ctx, id, { ifMatch })),
  }),
  route({
    method: 'post',
    path: '/tasks/:id/reopen/',
    tag: 'tasks',
    permission: 'edit_tasks',
    summary: 'Open a completed or cancelled task again.',
    params,
    response: taskResource.viewSchema,
    handler: async (ctx, { params: { id }, ifMatch }) => replyWithVersion(await reopenTask(ctx, id, { ifMatch })),
  }),
];

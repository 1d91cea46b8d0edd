import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { Reply, type Route, route } from '../http/route.ts';
import { taskResource } from '../tasks/task.resource.ts';
import { createTaskFromTemplate, taskTemplateService } from './task-template.service.ts';

export const taskTemplateRoutes: Route[] = [
  ...crudRoutes(taskTemplateService),
  route({
    method: 'post',
    path: '/task-templates/:id/create-task/',
    tag: 'task templates',
    permission: 'create_tasks',
    summary: 'Create a task as a template says.',
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    body: z.strictObject({
      overrides: taskResource.updateSchema.default({}).describe('What the task holds in place of the template’s'),
    }),
    response: taskResource.viewSchema,
    status: 201,
    handler: async (ctx, { params: { id }, body: { overrides } }) => {
      const task = await createTaskFromTemplate(ctx, id, overrides);
      return new Reply(task, { ETag: `"${task.version}"`, Location: `/api/v1/tasks/${task.id}/` }, 201);
    },
  }),
];

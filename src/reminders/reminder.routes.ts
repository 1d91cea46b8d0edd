import { z } from 'zod';
import { crudRoutes } from '../crud/crud-routes.ts';
import { requiredInstant } from '../http/fields.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { reminderResource } from './reminder.resource.ts';
import { reminderService, snoozeReminder } from './reminder.service.ts';

export const reminderRoutes: Route[] = [
  ...crudRoutes(reminderService),
  route({
    method: 'post',
    path: '/reminders/:id/snooze/',
    tag: 'reminders',
    permission: 'edit_tasks',
    summary: 'Put a reminder off.',
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    body: z.strictObject({ until: requiredInstant }),
    response: reminderResource.viewSchema,
    handler: async (ctx, { params: { id }, body: { until } }) => replyWithVersion(await snoozeReminder(ctx, id, until)),
  }),
];

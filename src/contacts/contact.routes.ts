import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { contactService, readContactStatistics } from './contact.service.ts';

const statisticsView = z.strictObject({
  total: z.number().int(),
  by_type: z.record(z.string(), z.number().int()),
  by_status: z.record(z.string(), z.number().int()),
  new_this_month: z.number().int(),
});

export const contactRoutes: Route[] = [
  route({
    method: 'get',
    path: '/contacts/statistics/',
    tag: 'contacts',
    permission: 'view_contacts',
    summary: 'Count the contacts that the caller may see.',
    response: statisticsView,
    handler: (ctx) => readContactStatistics(ctx),
  }),
  ...recordRoutes(contactService),
];

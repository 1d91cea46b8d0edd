import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { leadService } from './lead.service.ts';
import { readLeadStatistics } from './lead-statistics.service.ts';

const count = z.number().int();
const counts = z.record(z.string(), count);

const statisticsView = z.strictObject({
  total: count,
  by_status: counts,
  by_source: counts,
  by_priority: counts,
  by_temperature: z.strictObject({ hot: count, warm: count, cold: count }),
  new_this_month: count,
  converted: count,
  conversion_rate: z.number().describe('Percent of all'),
  average_score: z.number(),
  open_value: z.record(z.string(), z.number()).describe('Estimated, of leads still in the funnel, by currency'),
});

export const leadRoutes: Route[] = [
  route({
    method: 'get',
    path: '/leads/statistics/',
    tag: 'leads',
    permission: 'view_contacts',
    summary: 'Count the leads that the caller may see.',
    response: statisticsView,
    handler: (ctx) => readLeadStatistics(ctx),
  }),
  ...recordRoutes(leadService),
];

import { z } from 'zod';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import { optionalId, optionalText } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { convertLead } from './convert-lead.service.ts';
import { leadResource } from './lead.resource.ts';
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

const conversionInput = z.strictObject({
  create_deal: z.boolean().optional().describe('Left out, a deal is made when an estimated value is set'),
  pipeline_id: optionalId.describe('Of the deal; the default one unless told'),
  deal_name: optionalText(200).describe('Company - First Last unless told'),
  company: optionalText(200).describe('The name of a company in place of that of the lead'),
  contact_id: optionalId.describe('The contact that the lead becomes, in place of the one with its email or a new one'),
});

const conversionView = z.strictObject({
  lead: leadResource.viewSchema,
  contact: contactResource.viewSchema,
  company: companyResource.viewSchema.nullable(),
  deal: dealResource.viewSchema.nullable(),
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
  route({
    method: 'post',
    path: '/leads/:id/convert/',
    tag: 'leads',
    permission: 'edit_contacts',
    summary: 'Make a contact of a lead, and as the case may be its company and a deal.',
    params: z.strictObject({ id: z.uuid('Give a UUID.') }),
    body: conversionInput,
    response: conversionView,
    handler: (ctx, { params, body }) => convertLead(ctx, params.id, body),
  }),
];

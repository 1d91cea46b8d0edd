import { findOrCreateCompany } from '../companies/company.service.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { refusingDuplicates } from '../duplicates/refuse-duplicates.ts';
import { knowingMerges } from '../merges/merged-away.ts';
import { contactDuplicates } from './contact.duplicates.ts';
import { contactResource } from './contact.resource.ts';

const crud = crudService(contactResource);

export const contactService: CrudService = refusingDuplicates(
  knowingMerges({
    ...crud,
    create: async (ctx, { company, ...input }, options) => {
      if (typeof company === 'string' && !input.company_id) input.company_id = await findOrCreateCompany(ctx, company);
      return crud.create(ctx, input, options);
    },
  }),
  contactDuplicates,
);

export interface ContactStatistics {
  total: number;
  by_type: Record<string, number>;
  by_status: Record<string, number>;
  new_this_month: number;
}

/** Counts over the contacts within the caller's scope. */
export async function readContactStatistics(ctx: Ctx): Promise<ContactStatistics> {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
  const rows = await ctx.db.query<{ contact_type: string; status: string; count: number; fresh: number }>(
    prepared(
      `SELECT t.contact_type, t.status, count(*) AS count,
         count(*) FILTER (WHERE t.created_at >= date_trunc('month', now())) AS fresh
       FROM contacts t WHERE t.deleted_at IS NULL AND ${scope} GROUP BY 1, 2`,
      values,
    ),
  );
  const statistics: ContactStatistics = { total: 0, by_type: {}, by_status: {}, new_this_month: 0 };
  for (const { contact_type, status, count, fresh } of rows) {
    statistics.total += count;
    statistics.new_this_month += fresh;
    statistics.by_type[contact_type] = (statistics.by_type[contact_type] ?? 0) + count;
    statistics.by_status[status] = (statistics.by_status[status] ?? 0) + count;
  }
  return statistics;
}

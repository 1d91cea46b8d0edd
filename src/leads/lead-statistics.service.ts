import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { leadResource } from './lead.resource.ts';

export interface LeadStatistics {
  total: number;
  by_status: Record<string, number>;
  by_source: Record<string, number>;
  by_priority: Record<string, number>;
  by_temperature: { hot: number; warm: number; cold: number };
  new_this_month: number;
  converted: number;
  /** Percent of all, of two decimals. */
  conversion_rate: number;
  average_score: number;
  /** Estimated, of leads that are neither converted, lost nor unqualified, by currency. */
  open_value: Record<string, number>;
}

interface Counted {
  status: string | null;
  lead_source: string | null;
  priority: string | null;
  temperature: 'hot' | 'warm' | 'cold' | null;
  currency: string | null;
  count: number;
  fresh: number;
  converted: number;
  conversion_rate: number;
  average_score: number;
  open_value: number | null;
}

/** Counts over the leads within the caller's scope, in one pass. */
export async function readLeadStatistics(ctx: Ctx): Promise<LeadStatistics> {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, leadResource, leadResource.permissions.view, 't', bind);
  const rows = await ctx.db.query<Counted>(
    prepared(
      `SELECT t.status, t.lead_source, t.priority, t.temperature, t.currency, count(*) AS count,
         count(*) FILTER (WHERE t.created_at >= date_trunc('month', now())) AS fresh,
         count(*) FILTER (WHERE t.status = 'converted') AS converted,
         coalesce(round(100.0 * count(*) FILTER (WHERE t.status = 'converted') / nullif(count(*), 0), 2), 0) AS conversion_rate,
         coalesce(round(avg(t.lead_score), 2), 0) AS average_score,
         sum(t.estimated_value) FILTER (WHERE t.status NOT IN ('converted', 'lost', 'unqualified')) AS open_value
       FROM leads t WHERE t.deleted_at IS NULL AND ${scope}
       GROUP BY GROUPING SETS ((), (t.status), (t.lead_source), (t.priority), (t.temperature), (t.currency))`,
      values,
    ),
  );
  const statistics: LeadStatistics = {
    total: 0,
    by_status: {},
    by_source: {},
    by_priority: {},
    by_temperature: { hot: 0, warm: 0, cold: 0 },
    new_this_month: 0,
    converted: 0,
    conversion_rate: 0,
    average_score: 0,
    open_value: {},
  };
  for (const row of rows) place(statistics, row);
  return statistics;
}

/** A row of a grouping set holds the value of its own column only; the one that holds none is the whole. */
function place(statistics: LeadStatistics, row: Counted): void {
  if (row.status !== null) statistics.by_status[row.status] = row.count;
  else if (row.lead_source !== null) statistics.by_source[row.lead_source] = row.count;
  else if (row.priority !== null) statistics.by_priority[row.priority] = row.count;
  else if (row.temperature !== null) statistics.by_temperature[row.temperature] = row.count;
  else if (row.currency !== null) {
    if (row.open_value !== null) statistics.open_value[row.currency] = row.open_value;
  } else {
    statistics.total = row.count;
    statistics.new_this_month = row.fresh;
    statistics.converted = row.converted;
    statistics.conversion_rate = row.conversion_rate;
    statistics.average_score = row.average_score;
  }
}

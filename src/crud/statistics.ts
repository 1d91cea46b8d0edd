import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { type Route, route } from '../http/route.ts';
import type { Resource } from './resource.ts';
import { Parameters, scopeCondition } from './select.ts';

/** Rows that have no value there. */
const NONE = 'unknown';

/**
 * `GET <plural>/statistics/`: how many rows the caller may see, how many of them are new this month, and how many hold
 * each value of some columns. `groups` names those, as `{ by_type: 'contact_type' }`.
 */
export function statisticsRoute(resource: Resource, groups: Record<string, string>): Route {
  const counts = z.record(z.string(), z.number().int());
  return route({
    method: 'get',
    path: `/${resource.plural}/statistics/`,
    tag: resource.plural,
    permission: resource.permissions.view,
    summary: `Count the ${resource.plural} that the caller may see.`,
    response: z.strictObject({
      total: z.number().int(),
      ...Object.fromEntries(Object.keys(groups).map((name) => [name, counts])),
      new_this_month: z.number().int(),
    }),
    handler: (ctx) => readStatistics(ctx, resource, groups),
  });
}

async function readStatistics(ctx: Ctx, resource: Resource, groups: Record<string, string>) {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const columns = Object.entries(groups).map(([name, column]) => `coalesce(t.${column}, '${NONE}') AS ${name}`);
  const rows = await ctx.db.query<Record<string, string> & { count: number; fresh: number }>(
    prepared(
      `SELECT ${columns.join(', ')}, count(*) AS count,
         count(*) FILTER (WHERE t.created_at >= date_trunc('month', now())) AS fresh
       FROM ${resource.plural} t WHERE t.deleted_at IS NULL AND ${scope} GROUP BY ${columns.map((_, at) => at + 1)}`,
      values,
    ),
  );
  const sums = Object.keys(groups).map((name) => {
    const sum: Record<string, number> = {};
    for (const row of rows) sum[row[name]!] = (sum[row[name]!] ?? 0) + row.count;
    return [name, sum] as const;
  });
  return {
    total: rows.reduce((sum, row) => sum + row.count, 0),
    ...Object.fromEntries(sums),
    new_this_month: rows.reduce((sum, row) => sum + row.fresh, 0),
  };
}

import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { optionalId } from '../http/fields.ts';
import { closingThisMonth, dealResource } from './deal.resource.ts';

export const statisticsQuery = z.strictObject({
  pipeline: optionalId.describe('Of this pipeline only'),
  owner_id: optionalId.describe('Of this owner only'),
});

const figures = {
  total: z.number().int(),
  open: z.number().int(),
  won: z.number().int(),
  lost: z.number().int(),
  total_value: z.number(),
  won_value: z.number(),
  weighted_pipeline: z.number().describe('Over the open ones'),
  average_deal_size: z.number(),
  win_rate: z.number().describe('Percent of the closed ones'),
  average_days_to_close: z.number().nullable().describe('Over the closed ones, from their creation'),
};

const byCurrency = z.strictObject({ currency: z.string(), ...figures });

const stageFigures = z.strictObject({
  stage_id: z.uuid(),
  stage: z.string(),
  name: z.string(),
  pipeline_id: z.uuid(),
  status: z.string(),
  count: z.number().int(),
  total_value: z.number(),
  weighted_value: z.number(),
});

export const statisticsView = z.strictObject({
  ...figures,
  closing_this_month: z.number().int(),
  currency: z.string().describe('Of the values: that of most deals'),
  by_currency: z.array(byCurrency),
  by_stage: z.array(stageFigures),
});

type Figures = z.output<typeof byCurrency>;

/**
 * The figures of the deals within the caller's scope, out of the kept totals. Money of different currencies is never
 * added up: the values are of the currency that most deals have, the rest stands in `by_currency`.
 */
export async function readStatistics(
  ctx: Ctx,
  query: z.output<typeof statisticsQuery>,
): Promise<z.output<typeof statisticsView>> {
  const [rows, by_stage] = await Promise.all([readFigures(ctx, query), readByStage(ctx, query)]);
  const whole = rows.find((row) => row.currency === null);
  const by_currency = rows.filter((row): row is Figures & FigureRow => row.currency !== null);
  const [main] = by_currency;
  return {
    total: whole?.total ?? 0,
    open: whole?.open ?? 0,
    won: whole?.won ?? 0,
    lost: whole?.lost ?? 0,
    total_value: main?.total_value ?? 0,
    won_value: main?.won_value ?? 0,
    weighted_pipeline: main?.weighted_pipeline ?? 0,
    average_deal_size: main?.average_deal_size ?? 0,
    win_rate: whole?.win_rate ?? 0,
    average_days_to_close: whole?.average_days_to_close ?? null,
    closing_this_month: whole?.closing_this_month ?? 0,
    currency: main?.currency ?? 'USD',
    by_currency: by_currency.map(({ closing_this_month, ...row }) => row),
    by_stage: main ? by_stage.map(({ sums, ...stage }) => ({ ...stage, ...ofCurrency(sums, main.currency) })) : [],
  };
}

type FigureRow = Omit<Figures, 'currency'> & { currency: string | null; closing_this_month: number };

function compileScope(ctx: Ctx, { pipeline, owner_id }: z.output<typeof statisticsQuery>, parameters: Parameters) {
  const { bind } = parameters;
  const conditions = [scopeCondition(ctx, dealResource, dealResource.permissions.view, 't', bind)];
  if (owner_id) conditions.push(`t.owner_id = ${bind(owner_id)}`);
  if (pipeline) {
    conditions.push(`t.stage_id IN (SELECT p.id FROM pipeline_stages p WHERE p.pipeline_id = ${bind(pipeline)})`);
  }
  return conditions.join(' AND ');
}

/** A row for each currency, that of most deals first, and one without a currency for all. */
function readFigures(ctx: Ctx, query: z.output<typeof statisticsQuery>): Promise<FigureRow[]> {
  const parameters = new Parameters();
  const reached = compileScope(ctx, query, parameters);
  const sum = (column: string, status: string) => `coalesce(sum(${column}) FILTER (WHERE ${status}), 0)`;
  const isClosed = "status IN ('won', 'lost')";
  return ctx.db.query<FigureRow>(
    prepared(
      `WITH kept AS (
         SELECT t.currency, s.status, t.count, t.amount, t.weighted, t.seconds_to_close
         FROM deal_totals t JOIN pipeline_stages s ON s.id = t.stage_id WHERE ${reached})
       SELECT currency, coalesce(sum(count), 0)::int AS total, ${sum('count', "status = 'open'")}::int AS open,
         ${sum('count', "status = 'won'")}::int AS won, ${sum('count', "status = 'lost'")}::int AS lost,
         coalesce(sum(amount), 0) AS total_value, ${sum('amount', "status = 'won'")} AS won_value,
         ${sum('weighted', "status = 'open'")} AS weighted_pipeline,
         coalesce(round(sum(amount) / nullif(sum(count), 0), 2), 0) AS average_deal_size,
         coalesce(round(100.0 * ${sum('count', "status = 'won'")} / nullif(${sum('count', isClosed)}, 0), 2), 0) AS win_rate,
         round(sum(seconds_to_close) / 86400.0 / nullif(${sum('count', isClosed)}, 0), 2) AS average_days_to_close,
         (SELECT count(*) FROM deals t WHERE t.deleted_at IS NULL AND ${closingThisMonth('t')} AND ${reached})::int AS closing_this_month
       FROM kept GROUP BY GROUPING SETS ((currency), ())
       HAVING currency IS NULL OR sum(count) > 0 ORDER BY sum(count) DESC, currency NULLS LAST`,
      parameters.values,
    ),
  );
}

interface StageSums extends Omit<z.output<typeof stageFigures>, 'count' | 'total_value' | 'weighted_value'> {
  sums: { currency: string; count: number; amount: number; weighted: number }[];
}

function readByStage(ctx: Ctx, query: z.output<typeof statisticsQuery>): Promise<StageSums[]> {
  const parameters = new Parameters();
  const reached = compileScope(ctx, query, parameters);
  return ctx.db.query<StageSums>(
    prepared(
      `SELECT s.id AS stage_id, s.key AS stage, s.name, s.pipeline_id, s.status, json_agg(to_json(c)) AS sums
       FROM (SELECT t.stage_id, t.currency, sum(t.count)::int AS count, sum(t.amount) AS amount, sum(t.weighted) AS weighted
             FROM deal_totals t WHERE ${reached} GROUP BY 1, 2 HAVING sum(t.count) > 0) c
       JOIN pipeline_stages s ON s.id = c.stage_id JOIN pipelines p ON p.id = s.pipeline_id
       GROUP BY s.id, p.is_default, p.name ORDER BY p.is_default DESC, p.name, s.pipeline_id, s.position, s.id`,
      parameters.values,
    ),
  );
}

function ofCurrency(sums: StageSums['sums'], currency: string) {
  const own = sums.find((sum) => sum.currency === currency);
  const count = sums.reduce((all, sum) => all + sum.count, 0);
  return { count, total_value: own?.amount ?? 0, weighted_value: own?.weighted ?? 0 };
}

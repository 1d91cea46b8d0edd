import type { Bind } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { fieldError, notFound } from '../core/errors.ts';
import { encodeCursor } from '../crud/cursor.ts';
import { compileFilter } from '../crud/filters.ts';
import { type ListQuery, parseListQuery } from '../crud/list-query.ts';
import { compileConditions } from '../crud/read-rows.ts';
import { beginSelect, Parameters, scopeCondition } from '../crud/select.ts';
import { dealResource } from './deal.resource.ts';

/** What a card shows, unless `fields` says otherwise. */
const CARD =
  'id,name,amount,currency,probability,weighted_amount,stage,stage_id,status,contact_id,contact_name,company_id,' +
  'company_name,owner_id,owner_name,assigned_to_id,assigned_to_name,expected_close_date,forecast_category,' +
  'stage_entered_at,days_in_stage,is_rotting,board_position,tags,created_at,updated_at,version';

export const CARDS_PER_STAGE = 25;
const UNUSED = ['ordering', 'page', 'page_size', 'limit', 'cursor', 'count', 'expand', 'trashed'];

export interface Sum {
  currency: string;
  count: number;
  amount: number;
  weighted: number;
}

interface StageRow extends Row {
  id: string;
  is_retired: boolean;
}

/** The kanban of a pipeline, the default one unless told, with the filters and the search of the list. */
export async function readBoard(ctx: Ctx, given: Record<string, string>, url: string) {
  const { pipeline: name, pipeline_id = name, ...filters } = given;
  for (const control of UNUSED)
    if (control in filters) throw fieldError(control, 'unknown_parameter', 'The board has its own order and pages.');
  const query = parseListQuery(ctx, dealResource, { fields: CARD, ...filters, ordering: 'board_position' });
  const wanted: Record<string, string> = pipeline_id === undefined ? {} : { pipeline: pipeline_id };
  const [chosen] = parseListQuery(ctx, dealResource, wanted).filters;
  const [pipeline] = await ctx.db.query<{ id: string; name: string }>(
    `SELECT id, name FROM pipelines WHERE deleted_at IS NULL AND (id = $1 OR $1::uuid IS NULL AND is_default)`,
    [chosen?.value ?? null],
  );
  if (!pipeline) throw notFound('pipeline');
  const [rows, cards] = await Promise.all([readStages(ctx, query, pipeline.id), readCards(ctx, query, pipeline.id)]);
  const currency = findCurrency(rows);
  const stages = groupRows(rows).map(([stage, sums]) => {
    const found = cards.filter((card) => card._stage === stage.id);
    const more = found.length > CARDS_PER_STAGE ? found[CARDS_PER_STAGE - 1] : undefined;
    const own = sums.find((sum) => sum.currency === currency);
    return {
      ...stage,
      count: sums.reduce((count, sum) => count + sum.count, 0),
      currency,
      total: own?.amount ?? 0,
      weighted_total: own?.weighted ?? 0,
      totals: sums,
      next: more ? linkOn(ctx, query, filters, stage.id, more, url) : null,
      deals: found.slice(0, CARDS_PER_STAGE).map(({ _stage, _position, ...deal }) => deal),
    };
  });
  // A retired stage is of interest for as long as deals stand in it.
  return { pipeline, currency, stages: stages.filter((stage) => !stage.is_retired || stage.count > 0) };
}

/** The first cards of all stages in one statement, each stage read along its index. */
async function readCards(ctx: Ctx, query: ListQuery, pipelineId: string): Promise<Row[]> {
  return ctx.db.query(boardStatement(ctx, query, pipelineId));
}

export function boardStatement(ctx: Ctx, query: ListQuery, pipelineId: string) {
  const {
    text: select,
    values,
    bind,
  } = beginSelect(ctx, dealResource, query.fields, {
    extra: ['t.board_position AS _position'],
  });
  const conditions = compileConditions(ctx, dealResource, query, bind).join(' AND ');
  return prepared(
    `SELECT s.id AS _stage, d.* FROM pipeline_stages s CROSS JOIN LATERAL (
       ${select} WHERE t.stage_id = s.id AND ${conditions}
       ORDER BY t.board_position, t.id LIMIT ${CARDS_PER_STAGE + 1}) d
     WHERE s.pipeline_id = ${bind(pipelineId)} ORDER BY s.position, s.id, d._position, d.id`,
    values,
  );
}

type SumRow = StageRow & { sum: Sum | null };

/** By these the kept totals are told apart, so a board that is filtered by nothing else needs no counting. */
const KEPT = new Set(['stage_id', 'owner_id', 'assigned_to_id', 'created_by_id', 'currency']);

/** The stages with their sums by currency. */
function readStages(ctx: Ctx, query: ListQuery, pipelineId: string): Promise<SumRow[]> {
  const { values, bind } = new Parameters();
  const isKept = query.search === null && query.filters.every(({ field }) => KEPT.has(field));
  const sums = isKept ? keptSums(ctx, query, bind) : countedSums(ctx, query, bind);
  const stages = `SELECT id FROM pipeline_stages WHERE pipeline_id = ${bind(pipelineId)}`;
  return ctx.db.query<SumRow>(
    prepared(
      `WITH c AS MATERIALIZED (${sums} AND t.stage_id IN (${stages}) GROUP BY t.stage_id, t.currency)
       SELECT s.id, s.key, s.name, s.color, s.position, s.probability, s.is_won, s.is_lost, s.rotting_days, s.is_retired,
         CASE WHEN c.count > 0 THEN json_build_object('currency', c.currency, 'count', c.count, 'amount', c.amount,
           'weighted', c.weighted) END AS sum
       FROM pipeline_stages s LEFT JOIN c ON c.stage_id = s.id AND c.count > 0
       WHERE s.pipeline_id = ${bind(pipelineId)} ORDER BY s.position, s.id, c.count DESC, c.currency`,
      values,
    ),
  );
}

function keptSums(ctx: Ctx, query: ListQuery, bind: Bind): string {
  const conditions = query.filters.map((filter) => compileFilter(ctx, dealResource, filter, 't', bind));
  conditions.push(scopeCondition(ctx, dealResource, dealResource.permissions.view, 't', bind));
  return `SELECT t.stage_id, t.currency, sum(t.count)::int AS count, sum(t.amount) AS amount, sum(t.weighted) AS weighted
    FROM deal_totals t WHERE ${conditions.join(' AND ')}`;
}

function countedSums(ctx: Ctx, query: ListQuery, bind: Bind): string {
  return `SELECT t.stage_id, t.currency, count(*)::int AS count, coalesce(sum(t.amount), 0) AS amount,
      sum(t.weighted_amount) AS weighted
    FROM deals t WHERE ${compileConditions(ctx, dealResource, query, bind).join(' AND ')}`;
}

function groupRows(rows: SumRow[]): [StageRow, Sum[]][] {
  const groups = new Map<string, [StageRow, Sum[]]>();
  for (const { sum, ...stage } of rows) {
    const group = groups.get(stage.id as string) ?? [stage as StageRow, []];
    groups.set(stage.id as string, group);
    if (sum) group[1].push(sum);
  }
  return [...groups.values()];
}

/** That of most of the deals on the board; USD where there are none. */
function findCurrency(rows: SumRow[]): string {
  const counts = new Map<string, number>();
  for (const { sum } of rows) if (sum) counts.set(sum.currency, (counts.get(sum.currency) ?? 0) + sum.count);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0] ?? 'USD';
}

/** The address of the list at the point where the board's cards end. */
function linkOn(
  ctx: Ctx,
  query: ListQuery,
  filters: Record<string, string>,
  stageId: string,
  last: Row,
  url: string,
): string {
  const cursor = { madeFor: query.madeFor, isBackward: false, values: [last._position, last.id] };
  const next = new URL('../', url.replace(/\/?(\?.*)?$/, '/'));
  const parameters = { ...filters, stage_id: stageId, ordering: 'board_position' };
  for (const [name, value] of Object.entries(parameters)) next.searchParams.set(name, value);
  next.searchParams.set('cursor', encodeCursor(ctx.signatureKey, cursor));
  return next.href;
}

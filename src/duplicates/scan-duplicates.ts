import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row, type Statement } from '../core/database.ts';
import { beginSelect, Parameters, scopeCondition } from '../crud/select.ts';
import { type DuplicateRules, isComparable, isDismissed, type Likeness } from './duplicate-rules.ts';

/** Groups of equal rows that are looked at for each likeness, and rows of each group: what bounds the time of a scan. */
const MOST_GROUPS = 2000;
const MOST_ROWS = 10;

interface Pair {
  first_id: string;
  second_id: string;
  reasons: string[];
  score: number;
  total: number;
  is_capped: boolean;
}

export interface DuplicatePair {
  score: number;
  reasons: string[];
  rows: Row[];
}

export interface ScanPage {
  count: number;
  /** There are more groups than a scan looks at; those come into sight as pairs are merged or dismissed. */
  count_is_estimate: boolean;
  results: DuplicatePair[];
}

/** Pairs that are likely one and the same, the surest first, among the rows that the caller may read. */
export async function scanDuplicates(
  ctx: Ctx,
  rules: DuplicateRules,
  query: { page: number; page_size: number },
): Promise<ScanPage> {
  const pairs = await ctx.db.query<Pair>(
    scanStatement(ctx, rules, query.page_size, (query.page - 1) * query.page_size),
  );
  const ids = [...new Set(pairs.flatMap((pair) => [pair.first_id, pair.second_id]))];
  const cards = await readCards(ctx, rules, ids);
  const [first] = pairs;
  return {
    count: first?.total ?? 0,
    count_is_estimate: first?.is_capped ?? false,
    results: pairs.map(({ score, reasons, first_id, second_id }) => ({
      score,
      reasons,
      rows: [first_id, second_id].map((id) => cards.get(id) as Row),
    })),
  };
}

/**
 * Each likeness is one walk along its index that finds groups of equal keys; only within those are rows paired, so no
 * row is ever compared with one that has nothing in common with it.
 */
export function scanStatement(ctx: Ctx, rules: DuplicateRules, limit: number, offset: number): Statement {
  const { resource, likenesses } = rules;
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const groups = likenesses.map((likeness, index) => {
    const columns = likeness.columns.join(', ');
    return `g${index} AS (SELECT ${columns} FROM ${resource.plural} t WHERE ${livingWith(likeness)} AND ${scope}
      GROUP BY ${columns} HAVING count(*) > 1 LIMIT ${MOST_GROUPS})`;
  });
  const pairs = likenesses.map((likeness, index) => {
    const same = likeness.columns.map((each) => `t.${each} = g.${each}`).join(' AND ');
    return `SELECT a.id AS first_id, b.id AS second_id, '${likeness.reason}' AS reason, ${likeness.score} AS score
      FROM g${index} g CROSS JOIN LATERAL (
        SELECT array_agg(id ORDER BY id) AS ids FROM (
          SELECT t.id FROM ${resource.plural} t WHERE ${same} AND ${livingWith(likeness)} AND ${scope}
          ORDER BY t.id LIMIT ${MOST_ROWS}) m) r
      CROSS JOIN LATERAL unnest(r.ids) a(id) CROSS JOIN LATERAL unnest(r.ids) b(id) WHERE a.id < b.id`;
  });
  const capped = likenesses.map((_, index) => `(SELECT count(*) FROM g${index}) = ${MOST_GROUPS}`);
  // Every further reason makes a pair surer.
  const text = `WITH ${groups.join(', ')}
    SELECT p.first_id, p.second_id, array_agg(DISTINCT p.reason) AS reasons,
      least(99, max(p.score) + 5 * (count(DISTINCT p.reason) - 1))::integer AS score,
      count(*) OVER () AS total, ${capped.join(' OR ')} AS is_capped
    FROM (${pairs.join(' UNION ALL ')}) p
    WHERE NOT ${isDismissed(resource.noun, 'p.first_id', 'p.second_id')}
    GROUP BY p.first_id, p.second_id
    ORDER BY score DESC, p.first_id, p.second_id LIMIT ${limit} OFFSET ${bind(offset)}`;
  return prepared(text, values);
}

function livingWith({ columns }: Likeness): string {
  return ['t.deleted_at IS NULL', ...columns.map((column) => isComparable(column, 't'))].join(' AND ');
}

async function readCards(ctx: Ctx, { resource, card }: DuplicateRules, ids: string[]): Promise<Map<unknown, Row>> {
  if (ids.length === 0) return new Map();
  const extra = [`${resource.label('t')} AS name`];
  const { text, values, bind } = beginSelect(ctx, resource, ['id', ...card], { extra });
  const rows = await ctx.db.query(prepared(`${text} WHERE t.id = ANY(${bind(ids)}::uuid[])`, values));
  return new Map(rows.map((row) => [row.id, row]));
}

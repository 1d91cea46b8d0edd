import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row, type Statement } from '../core/database.ts';
import { beginSelect, Parameters, scopeCondition } from '../crud/select.ts';
import { type DuplicateRules, isComparable, isDismissed, type Likeness } from './duplicate-rules.ts';

/** Pairs of each likeness, and rows of each group of equal ones, that a scan looks at: what bounds its time. */
const MOST_PAIRS = 2500;
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
  /** There are more pairs than a scan looks at; those come into sight as others are merged or dismissed. */
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
 * Each likeness is one walk along its index, which holds all that it asks for, to groups of equal keys. Only within
 * those are rows looked up, by whether the caller may read them, and paired: no row is ever compared with one that has
 * nothing in common with it. Asked for the scope already, the walk would have to fetch every row of the table.
 */
export function scanStatement(ctx: Ctx, rules: DuplicateRules, limit: number, offset: number): Statement {
  const { resource, likenesses } = rules;
  const { plural, noun, permissions } = resource;
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, permissions.view, 't', bind);
  const pairs = likenesses.map((likeness, index) => {
    const columns = likeness.columns.join(', ');
    const same = likeness.columns.map((each) => `t.${each} = g.${each}`).join(' AND ');
    return `p${index} AS MATERIALIZED (
      SELECT a.id AS first_id, b.id AS second_id, '${likeness.reason}' AS reason, ${likeness.score} AS score
      FROM (SELECT ${columns} FROM ${plural} t WHERE ${livingWith(likeness)} GROUP BY ${columns} HAVING count(*) > 1) g
      CROSS JOIN LATERAL (SELECT ARRAY(SELECT t.id FROM ${plural} t WHERE ${same} AND ${livingWith(likeness)} AND ${scope}
        ORDER BY t.id LIMIT ${MOST_ROWS}) AS ids) r
      CROSS JOIN LATERAL unnest(r.ids) a(id) CROSS JOIN LATERAL unnest(r.ids) b(id)
      WHERE a.id < b.id AND NOT ${isDismissed(noun, 'a.id', 'b.id')} LIMIT ${MOST_PAIRS})`;
  });
  const found = likenesses.map((_, index) => `SELECT * FROM p${index}`);
  const capped = likenesses.map((_, index) => `(SELECT count(*) FROM p${index}) = ${MOST_PAIRS}`);
  // Every further reason makes a pair surer.
  const text = `WITH ${pairs.join(', ')}
    SELECT p.first_id, p.second_id, array_agg(DISTINCT p.reason) AS reasons,
      least(99, max(p.score) + 5 * (count(DISTINCT p.reason) - 1))::integer AS score,
      count(*) OVER () AS total, ${capped.join(' OR ')} AS is_capped
    FROM (${found.join(' UNION ALL ')}) p GROUP BY p.first_id, p.second_id
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

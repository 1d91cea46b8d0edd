import { type Ctx, withTransaction } from '../core/ctx.ts';

// Any number will do.
const FOLD_LOCK = 4_862_017_337;

const KEYS = 'stage_id, owner_id, assigned_to_id, created_by_id, currency';

/**
 * Puts what writers have added to the totals of one key together in one row. Who reads meanwhile sees the rows before
 * or the row after, so the sums are exact at every moment. Answers how many rows were folded away.
 */
export async function foldDealTotals(ctx: Ctx): Promise<number> {
  return withTransaction(ctx, async ({ db }) => {
    const [lock] = await db.query<{ is_mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS is_mine', [FOLD_LOCK]);
    if (!lock?.is_mine) return 0;
    const rows = await db.query<{ folded: number }>(
      `WITH scattered AS (
         SELECT unnest(array_agg(id)) AS id FROM deal_totals GROUP BY ${KEYS} HAVING count(*) > 1),
       taken AS (DELETE FROM deal_totals d USING scattered s WHERE d.id = s.id RETURNING d.*),
       kept AS (
         INSERT INTO deal_totals (${KEYS}, count, amount, weighted, seconds_to_close)
         SELECT ${KEYS}, sum(count), sum(amount), sum(weighted), sum(seconds_to_close) FROM taken
         GROUP BY ${KEYS} HAVING (sum(count), sum(amount), sum(weighted), sum(seconds_to_close)) IS DISTINCT FROM (0, 0, 0, 0)
         RETURNING 1)
       SELECT (SELECT count(*) FROM taken)::int - (SELECT count(*) FROM kept)::int AS folded`,
    );
    return rows[0]?.folded ?? 0;
  });
}

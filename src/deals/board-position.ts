import type { Ctx } from '../core/ctx.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { dealResource } from './deal.resource.ts';

interface Card {
  id: string;
  board_position: number;
}

/** Above every card of the stage. */
export async function findTop(ctx: Ctx, stageId: string): Promise<number> {
  const [row] = await ctx.db.query<{ top: number }>(
    'SELECT coalesce(min(board_position), 0) - 1 AS top FROM deals WHERE stage_id = $1',
    [stageId],
  );
  return row?.top ?? 0;
}

/**
 * The number for a card that is to stand at `index`, from 0, among the cards of the stage that the caller sees, itself
 * left out. Only that card is written, unless its neighbours stand too close for a number between them.
 */
export async function findPlace(ctx: Ctx, stageId: string, dealId: string, index: number): Promise<number> {
  if (index === 0) return findTop(ctx, stageId);
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, dealResource, dealResource.permissions.view, 't', bind);
  const [before, after] = await ctx.db.query<Card>(
    `SELECT t.id, t.board_position FROM deals t WHERE t.stage_id = ${bind(stageId)} AND t.deleted_at IS NULL
       AND t.id <> ${bind(dealId)} AND ${scope}
     ORDER BY t.board_position, t.id LIMIT 2 OFFSET ${bind(index - 1)}`,
    values,
  );
  if (!before || !after) return findBottom(ctx, stageId, dealId);
  const middle = (before.board_position + after.board_position) / 2;
  if (before.board_position < middle && middle < after.board_position) return middle;
  return makeRoom(ctx, stageId, dealId, before);
}

async function findBottom(ctx: Ctx, stageId: string, dealId: string): Promise<number> {
  const [row] = await ctx.db.query<{ bottom: number }>(
    'SELECT coalesce(max(board_position), 0) + 1 AS bottom FROM deals WHERE stage_id = $1 AND id <> $2',
    [stageId, dealId],
  );
  return row?.bottom ?? 0;
}

const SMALLEST_STEP = 1e-6;

/** Spreads the cards after `before`, as many as are needed for even steps, and answers the number that became free. */
async function makeRoom(ctx: Ctx, stageId: string, dealId: string, before: Card): Promise<number> {
  for (let count = 50; ; count *= 10) {
    const cards = await ctx.db.query<Card>(
      `SELECT id, board_position FROM deals WHERE stage_id = $1 AND id <> $2
         AND (board_position, id) > ($3, $4) ORDER BY board_position, id LIMIT ${count}`,
      [stageId, dealId, before.board_position, before.id],
    );
    const isEnd = cards.length < count;
    const room = (cards.at(-1)?.board_position ?? 0) - before.board_position;
    const step = isEnd ? 1 : room / (count + 1);
    if (step < SMALLEST_STEP) continue;
    await ctx.db.query(
      `UPDATE deals d SET board_position = $2::float8 + $3::float8 * (spread.place + 1)
       FROM unnest($1::uuid[]) WITH ORDINALITY AS spread(id, place) WHERE d.id = spread.id`,
      [cards.map((card) => card.id), before.board_position, step],
    );
    return before.board_position + step;
  }
}

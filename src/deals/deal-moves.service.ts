import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, fieldError } from '../core/errors.ts';
import { readRow } from '../crud/read-rows.ts';
import { lockRow, refuseStale, type UpdateOptions } from '../crud/write-rows.ts';
import { findPlace } from './board-position.ts';
import { dealResource } from './deal.resource.ts';
import { changeDeal } from './deal.service.ts';
import { findStageBefore, findStageFor } from './deal-stage.ts';

type IfMatch = Pick<UpdateOptions, 'ifMatch'>;

export interface Move {
  /** The key of the stage within the deal's pipeline; or, in `stage_id`, its id. */
  stage?: string | null;
  stage_id?: string | null;
  /** From 0, among the cards of the stage that the caller sees; the top unless told. */
  position?: number | null;
  lost_reason?: string | null;
  competitor?: string | null;
}

const PLACE = ['stage_id', 'status', 'board_position'] as const;

/**
 * Puts a deal into a stage, or to another place in its own. Of two moves at once the second is refused: it was decided
 * on by somebody who saw the deal where it no longer is. Throws 404, 403, 400, 409, 412.
 */
export async function moveDeal(ctx: Ctx, id: string, move: Move, { ifMatch }: IfMatch): Promise<Row> {
  const { position, ...input } = move;
  if (!input.stage && !input.stage_id) throw fieldError('stage', 'required', 'This field is required.');
  const seen = await readRow(ctx, dealResource, id, { fields: PLACE });
  const deal = await lockRow(ctx, dealResource, id, dealResource.permissions.edit);
  await refuseStale(ctx, dealResource, deal, ifMatch, PLACE);
  if (PLACE.some((field) => deal[field] !== seen[field]))
    throw conflict(`Somebody moved this deal at the same moment; it stands in ${deal.stage} now.`);
  const index = position ?? 0;
  const place = async (stageId: string) => {
    if (stageId === deal.stage_id && position === undefined)
      throw conflict(`This deal stands in ${deal.stage} already.`);
    return findPlace(ctx, stageId, id, index);
  };
  return changeDeal(ctx, deal, { input, place });
}

export interface Win {
  amount?: number | null;
  closed_at?: string | null;
}

/** Throws 404, 403, 400, 412, and 409 that names the state of a deal which is not open. */
export async function winDeal(ctx: Ctx, id: string, win: Win, options: IfMatch): Promise<Row> {
  const deal = await lockOpenDeal(ctx, id, options);
  const stage = await findStageFor(ctx, deal.pipeline_id, 'won');
  const { amount, closed_at } = win;
  const input = { stage_id: stage.id, ...(amount === null || amount === undefined ? {} : { amount }) };
  return changeDeal(ctx, deal, { input, columns: closed_at ? { closed_at } : {} });
}

export interface Loss {
  lost_reason: string;
  competitor?: string | null;
}

/** Throws 404, 403, 412, and 409 that names the state of a deal which is not open. */
export async function loseDeal(ctx: Ctx, id: string, loss: Loss, options: IfMatch): Promise<Row> {
  const deal = await lockOpenDeal(ctx, id, options);
  const stage = await findStageFor(ctx, deal.pipeline_id, 'lost');
  return changeDeal(ctx, deal, { input: { stage_id: stage.id, ...loss } });
}

/** Back to the stage that it was won or lost from, or the first open one. Throws 404, 403, 412, 409 for an open deal. */
export async function reopenDeal(ctx: Ctx, id: string, options: IfMatch): Promise<Row> {
  const deal = await lockDeal(ctx, id, options);
  if (deal.status === 'open') throw conflict('This deal is open.');
  const stage = await findStageFor(ctx, deal.pipeline_id, 'open', await findStageBefore(ctx, id));
  return changeDeal(ctx, deal, { input: { stage_id: stage.id } });
}

async function lockDeal(ctx: Ctx, id: string, { ifMatch }: IfMatch): Promise<Row> {
  const deal = await lockRow(ctx, dealResource, id, 'close_deals');
  await refuseStale(ctx, dealResource, deal, ifMatch, PLACE);
  return deal;
}

async function lockOpenDeal(ctx: Ctx, id: string, options: IfMatch): Promise<Row> {
  const deal = await lockDeal(ctx, id, options);
  if (deal.status === 'open') return deal;
  throw conflict(`This deal is ${deal.status} already: to close it another way, reopen it first.`, {
    state: deal.status,
  });
}

import { isDeepStrictEqual } from 'node:util';
import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import {
  createRow,
  type Input,
  lockRow,
  type UpdateOptions,
  updateRow,
  type WriteOptions,
} from '../crud/write-rows.ts';
import type { EventName } from '../events/catalog.ts';
import type { Changes } from '../events/record.ts';
import { findTop } from './board-position.ts';
import { dealResource } from './deal.resource.ts';
import { readContactIds, writeContacts } from './deal-contacts.ts';
import type { LineItemInput } from './deal-shape.ts';
import { chooseStage, enterStage, readStage, type Stage } from './deal-stage.ts';
import { readLineItems, writeLineItems } from './line-items.ts';
import { recordTransition } from './stage-transitions.ts';

const crud = crudService(dealResource);

export const dealService: CrudService = {
  ...crud,
  create: createDeal,
  update: updateDeal,
};

async function createDeal(ctx: Ctx, input: Input, options: WriteOptions = {}): Promise<Row> {
  requirePermission(ctx.principal, dealResource.permissions.create);
  const { contacts, contact_ids, products, ...fields } = input;
  const id = newId();
  const stage = (await chooseStage(ctx, fields, null)) as Stage;
  if (stage.status !== 'open') requirePermission(ctx.principal, 'close_deals');
  requireLostReason(stage, fields, null);
  const row: Input = {
    ...fields,
    ...enterStage(stage, null, new Date().toISOString()),
    ...readProbability(fields, stage),
    ...keepForecast(fields),
    id,
    board_position: await findTop(ctx, stage.id),
  };
  const beside: Changes = {};
  const items = (products ?? []) as LineItemInput[];
  if (items.length > 0) {
    const { list, total } = await writeLineItems(ctx, id, String(fields.currency ?? 'USD'), items);
    row.amount = followItems(fields.amount, total);
    beside.products = [null, list];
  }
  const primary = await writeContacts(ctx, id, input, null);
  if (primary !== undefined) row.contact_id = primary;
  const linked = await readContactIds(ctx, id);
  if (linked.length > 0) beside.contact_ids = [null, linked];
  return createRow(ctx, dealResource, row, { ...options, beside });
}

/** What an act on a deal says beyond the fields of an update. */
export interface DealChange {
  input: Input;
  /** Columns that clients do not write. */
  columns?: Input;
  /** Where the deal is to stand on the board, in the stage of this id; without it a deal enters a stage at the top. */
  place?: (stageId: string) => Promise<number>;
}

async function updateDeal(ctx: Ctx, id: string, input: Input, options: UpdateOptions = {}): Promise<Row> {
  const deal = await lockRow(ctx, dealResource, id, dealResource.permissions.edit);
  return changeDeal(ctx, deal, { input }, options);
}

/**
 * Changes a locked deal: its stage with all that follows from it, line items and with them the amount, contacts, fields.
 * One event is recorded, named after what became of the stage. Throws 400, 403 without close_deals, 412.
 */
export async function changeDeal(ctx: Ctx, deal: Row, change: DealChange, options: UpdateOptions = {}): Promise<Row> {
  const { input } = change;
  const id = deal.id as string;
  const stage = await chooseStage(ctx, input, deal);
  const left = stage ? await readStage(ctx, deal.stage_id) : null;
  if (stage && (stage.status !== 'open' || deal.status !== 'open')) await lockRow(ctx, dealResource, id, 'close_deals');
  if (stage) requireLostReason(stage, input, deal);
  const row: Input = {
    ...pickPlain(input),
    ...(stage && enterStage(stage, deal, new Date().toISOString())),
    ...(stage && !change.place && { board_position: await findTop(ctx, stage.id) }),
    ...(change.place && { board_position: await change.place(stage?.id ?? (deal.stage_id as string)) }),
    ...(await changeProbability(ctx, input, stage, deal)),
    ...keepForecast(input),
    ...(input.lost_reason ? { lost_reason: input.lost_reason } : {}),
    ...change.columns,
  };
  const beside: Changes = {};
  Object.assign(row, await changeAmount(ctx, deal, input, beside));
  const linked = await readContactIds(ctx, id);
  const primary = await writeContacts(ctx, id, input, deal.contact_id as string | null);
  if (primary !== undefined) {
    row.contact_id = primary;
    addChange(beside, 'contact_ids', linked, await readContactIds(ctx, id));
  }
  if (!stage || !left) return updateRow(ctx, dealResource, id, row, { ...options, beside });
  const metadata = { from: left.name, to: stage.name, from_stage_id: left.id, to_stage_id: stage.id };
  const event = nameEvent(left, stage);
  const after = await updateRow(ctx, dealResource, id, row, { ...options, beside, event, metadata });
  await recordTransition(ctx, deal, after, left, stage);
  return after;
}

/** Whoever loses a deal says why, whichever way it becomes lost, unless that was said before. */
function requireLostReason(stage: Stage, { lost_reason }: Input, deal: Row | null): void {
  if (stage.status !== 'lost' || deal?.status === 'lost') return;
  const reason = lost_reason === undefined ? deal?.lost_reason : lost_reason;
  if (!reason) throw fieldError('lost_reason', 'required', 'Say why the deal was lost.');
}

const SPECIAL = new Set(
  'contacts contact_ids products pipeline_id stage_id stage probability forecast_category'.split(' '),
);

/** The fields of an input that are columns and mean no more than they say. */
function pickPlain(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([name]) => !SPECIAL.has(name)));
}

function nameEvent(from: Stage, to: Stage): EventName {
  if (to.status !== from.status) return to.status === 'open' ? 'deal.reopened' : `deal.${to.status}`;
  return 'deal.stage_changed';
}

/** The probability that an input sets by hand; without one a deal has that of its stage. */
function readProbability({ probability }: Input, stage: Stage): Input {
  if (probability === null || probability === undefined) return {};
  if (stage.status !== 'open' && probability !== stage.probability)
    throw fieldError('probability', 'closed', `A ${stage.status} deal has the probability of its stage.`);
  return { probability, is_probability_manual: stage.status === 'open' };
}

async function changeProbability(ctx: Ctx, fields: Input, stage: Stage | null, deal: Row): Promise<Input> {
  if (fields.probability === undefined) return {};
  const standing = stage ?? (await readStage(ctx, deal.stage_id));
  if (fields.probability === null) return { probability: standing.probability, is_probability_manual: false };
  // Sent back as it was: nobody's hand set it.
  if (!stage && fields.probability === deal.probability) return {};
  return readProbability(fields, standing);
}

/** A deal always has a forecast: cleared, it is left as it is or as its new stage has it. */
function keepForecast({ forecast_category }: Input): Input {
  return forecast_category ? { forecast_category } : {};
}

/** The amount follows the line items: with some it is their sum, and nothing else may be written. */
async function changeAmount(ctx: Ctx, deal: Row, input: Input, beside: Changes): Promise<Input> {
  const id = deal.id as string;
  const isAsked = input.products !== undefined || input.amount !== undefined || input.currency !== undefined;
  if (!isAsked) return {};
  const before = await readLineItems(ctx, id);
  const currency = String(input.currency ?? deal.currency);
  const items = input.products as LineItemInput[] | undefined;
  const after = items ? await writeLineItems(ctx, id, currency, items) : before;
  addChange(beside, 'products', before.list, after.list);
  return after.total === null ? {} : { amount: followItems(input.amount, after.total) };
}

function followItems(given: unknown, total: string | null): number {
  const sum = Number(total);
  if (given !== null && given !== undefined && given !== sum) {
    const message = `The amount follows the line items (products), which come to ${sum.toFixed(2)}.`;
    throw fieldError('amount', 'follows_line_items', message);
  }
  return sum;
}

function addChange(beside: Changes, name: string, before: unknown, after: unknown): void {
  if (!isDeepStrictEqual(before, after)) beside[name] = [before, after];
}

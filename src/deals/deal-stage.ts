import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, fieldError } from '../core/errors.ts';
import type { Input } from '../crud/write-rows.ts';

export type Status = 'open' | 'won' | 'lost';

export interface Stage {
  id: string;
  pipeline_id: string;
  key: string;
  name: string;
  status: Status;
  probability: number;
  is_retired: boolean;
}

// The locks keep a pipeline from being deleted, and a stage from being retired, under a deal that is about to enter it:
// whoever changes them locks them FOR UPDATE, the pipeline first.
const SELECT_STAGES = `SELECT s.id, s.pipeline_id, s.key, s.name, s.status, s.probability, s.is_retired
  FROM pipeline_stages s JOIN pipelines p ON p.id = s.pipeline_id AND p.deleted_at IS NULL`;
const IN_ORDER = 'ORDER BY s.position, s.id FOR KEY SHARE OF p, s';

/** The stage that a deal stands in, its pipeline in the trash or not. */
export async function readStage(ctx: Ctx, id: unknown): Promise<Stage> {
  const [stage] = await ctx.db.query<Stage>(
    'SELECT id, pipeline_id, key, name, status, probability, is_retired FROM pipeline_stages WHERE id = $1',
    [id],
  );
  if (!stage) throw conflict('The stage of this deal was deleted at the same moment. Try again.');
  return stage;
}

/**
 * The stage that `pipeline_id`, `stage_id` and `stage` of the input name together; for a deal that stands somewhere,
 * `null` where it stays there. Throws a 400 at the field that names none, contradicts another or names a retired one.
 */
export async function chooseStage(ctx: Ctx, input: Input, deal: Row | null): Promise<Stage | null> {
  const pipelineId = input.pipeline_id ?? null;
  const stageId = input.stage_id ?? null;
  const key = input.stage ?? null;
  if (deal && pipelineId === null && stageId === null && key === null) return null;
  const stage = stageId === null ? await findByKey(ctx, pipelineId, key, deal) : await findById(ctx, stageId);
  if (pipelineId !== null && stage.pipeline_id !== String(pipelineId).toLowerCase())
    throw fieldError('stage_id', 'conflict', 'This stage belongs to another pipeline.');
  if (key !== null && stage.key !== key)
    throw fieldError('stage', 'conflict', 'stage and stage_id name different stages; give one of them.');
  if (stage.id === deal?.stage_id) return null;
  if (stage.is_retired)
    throw fieldError(
      stageId === null ? 'stage' : 'stage_id',
      'retired',
      `${stage.name} is retired and takes no deals.`,
    );
  return stage;
}

async function findById(ctx: Ctx, id: unknown): Promise<Stage> {
  const [stage] = await ctx.db.query<Stage>(`${SELECT_STAGES} WHERE s.id = $1 ${IN_ORDER}`, [id]);
  if (!stage) throw fieldError('stage_id', 'not_found', 'No such stage.');
  return stage;
}

async function findByKey(ctx: Ctx, pipelineId: unknown, key: unknown, deal: Row | null): Promise<Stage> {
  const known = pipelineId ?? deal?.pipeline_id ?? null;
  const stages = await ctx.db.query<Stage>(
    `${SELECT_STAGES} WHERE CASE WHEN $1::uuid IS NULL THEN p.is_default ELSE p.id = $1 END ${IN_ORDER}`,
    [known],
  );
  if (stages.length === 0) throw fieldError('pipeline_id', 'not_found', 'No such pipeline.');
  const status = deal?.status ?? 'open';
  // Into another pipeline a deal goes as what it is: a won one stays won.
  const stage =
    key === null
      ? (stages.find((each) => each.id === deal?.stage_id) ??
        stages.find((each) => each.status === status && !each.is_retired))
      : stages.find((each) => each.key === key);
  if (!stage) {
    const keys = stages.filter((each) => !each.is_retired).map((each) => each.key);
    throw fieldError('stage', 'invalid_choice', `Choose one of ${keys.join(', ')}.`);
  }
  return stage;
}

/** The first stage of the deal's pipeline for deals of this status. Throws 409 where there is none. */
export async function findStageFor(ctx: Ctx, pipelineId: unknown, status: Status, first?: string): Promise<Stage> {
  const [stage] = await ctx.db.query<Stage>(
    `${SELECT_STAGES} WHERE s.pipeline_id = $1 AND s.status = $2 AND NOT s.is_retired
     ORDER BY s.id IS NOT DISTINCT FROM $3 DESC, s.position, s.id LIMIT 1 FOR KEY SHARE OF p, s`,
    [pipelineId, status, first ?? null],
  );
  if (!stage) throw conflict(`This pipeline has no stage for ${status} deals.`);
  return stage;
}

/** The stage that the deal was won or lost from. */
export async function findStageBefore(ctx: Ctx, dealId: string): Promise<string | undefined> {
  const [left] = await ctx.db.query<{ id: string }>(
    `SELECT s.id FROM stage_transitions t JOIN pipeline_stages s ON s.id = t.from_stage_id
     WHERE t.deal_id = $1 AND s.status = 'open' ORDER BY t.id DESC LIMIT 1`,
    [dealId],
  );
  return left?.id;
}

const FORECASTS: Record<Status, string> = { open: 'pipeline', won: 'commit', lost: 'omitted' };

/** What becomes of a deal's columns when it enters a stage. */
export function enterStage(stage: Stage, deal: Row | null, now: string): Input {
  const isOtherStatus = stage.status !== deal?.status;
  const isClosed = stage.status !== 'open';
  const isManual = !isClosed && deal?.is_probability_manual === true;
  return {
    pipeline_id: stage.pipeline_id,
    stage_id: stage.id,
    stage: stage.key,
    stage_entered_at: now,
    ...(isManual ? {} : { probability: stage.probability, is_probability_manual: false }),
    ...(isOtherStatus
      ? {
          status: stage.status,
          closed_at: isClosed ? now : null,
          forecast_category: FORECASTS[stage.status],
          ...(deal && stage.status !== 'lost' ? { lost_reason: null } : {}),
        }
      : {}),
  };
}

import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { StageInput, StageView } from './stage-shape.ts';

interface StoredStage extends StageView {
  /** Whether deals stand in it, the trash included. */
  is_used: boolean;
}

/** Makes the stages of a pipeline those that are given, in their order. Throws a 400 at the stage that cannot be so. */
export async function writeStages(ctx: Ctx, pipelineId: string, given: readonly StageInput[]): Promise<void> {
  const stored = await readStages(ctx, pipelineId);
  const matched = matchStages(given, stored);
  const planned = given.map((input, index) => planStage(input, matched[index], index));
  nameKeys(planned);
  refuseUnusable(planned);
  const left = stored.filter((stage) => !matched.includes(stage));
  const used = left.find((stage) => stage.is_used);
  if (used) throw fieldError('stages', 'in_use', `${used.name} has deals: it can be retired, not deleted.`);
  const sorted = sortStages(planned, stored);
  await ctx.db.query('DELETE FROM pipeline_stages WHERE id = ANY($1::uuid[])', [left.map((stage) => stage.id)]);
  for (const [position, stage] of sorted.entries()) {
    const { id, key, name, probability, color, is_won, is_lost, rotting_days, is_retired } = stage;
    await ctx.db.query(
      `INSERT INTO pipeline_stages (id, pipeline_id, key, name, position, probability, color, is_won, is_lost, rotting_days, is_retired)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
       ON CONFLICT (id) DO UPDATE SET key = excluded.key, name = excluded.name, position = excluded.position,
         probability = excluded.probability, color = excluded.color, is_won = excluded.is_won,
         is_lost = excluded.is_lost, rotting_days = excluded.rotting_days, is_retired = excluded.is_retired`,
      [id, pipelineId, key, name, position, probability, color, is_won, is_lost, rotting_days, is_retired],
    );
  }
}

function readStages(ctx: Ctx, pipelineId: string): Promise<StoredStage[]> {
  return ctx.db.query<StoredStage>(
    `SELECT s.*, EXISTS (SELECT FROM deals d WHERE d.stage_id = s.id) AS is_used
     FROM pipeline_stages s WHERE s.pipeline_id = $1 ORDER BY s.position, s.id FOR UPDATE OF s`,
    [pipelineId],
  );
}

function matchStages(given: readonly StageInput[], stored: StoredStage[]): (StoredStage | undefined)[] {
  const matched: (StoredStage | undefined)[] = [];
  for (const [index, { id, key }] of given.entries()) {
    const found = stored.find((stage) => (id ? stage.id === id : key && stage.key === key));
    if (id && !found) throw fieldError(`stages.${index}.id`, 'not_found', 'No such stage of this pipeline.');
    if (found && matched.includes(found))
      throw fieldError(`stages.${index}`, 'repeated', 'This stage stands there twice.');
    matched.push(found);
  }
  return matched;
}

type PlannedStage = Omit<StageView, 'position'> & { position: number | null };

function planStage(input: StageInput, known: StoredStage | undefined, index: number): PlannedStage {
  const at = `stages.${index}`;
  const name = input.name ?? known?.name;
  if (!name) throw fieldError(`${at}.name`, 'required', 'This field is required.');
  const is_won = input.is_won ?? known?.is_won ?? false;
  const is_lost = input.is_lost ?? known?.is_lost ?? false;
  if (is_won && is_lost)
    throw fieldError(`${at}.is_lost`, 'conflict', 'A stage is for won or for lost deals, not both.');
  if (known?.is_used) {
    if (is_won !== known.is_won || is_lost !== known.is_lost)
      throw fieldError(at, 'in_use', `${known.name} has deals: it stays open, won or lost as it is.`);
    if (input.key && input.key !== known.key)
      throw fieldError(`${at}.key`, 'in_use', `${known.name} has deals: its key stays; its name may change.`);
  }
  return {
    id: known?.id ?? newId(),
    key: input.key ?? known?.key ?? '',
    name,
    probability: input.probability ?? known?.probability ?? (is_won ? 100 : 0),
    position: input.position ?? null,
    color: input.color ?? known?.color ?? 'gray',
    is_won,
    is_lost,
    rotting_days: input.rotting_days === undefined ? (known?.rotting_days ?? null) : input.rotting_days,
    is_retired: input.is_retired ?? known?.is_retired ?? false,
  };
}

/** A new stage's key is made of its name where it gives none. */
function nameKeys(stages: PlannedStage[]): void {
  const taken = new Set<string>();
  for (const [index, { key }] of stages.entries()) {
    if (key && taken.has(key)) throw fieldError(`stages.${index}.key`, 'duplicate', 'Another stage has this key.');
    if (key) taken.add(key);
  }
  for (const stage of stages.filter(({ key }) => !key)) {
    const words = stage.name.normalize('NFKD').toLowerCase().replace(/\p{M}/gu, '');
    const base =
      words
        .replace(/[^a-z0-9]+/g, '_')
        .replace(/^[_\d]+|_+$/g, '')
        .slice(0, 45) || 'stage';
    let key = base;
    for (let count = 2; taken.has(key); count += 1) key = `${base}_${count}`;
    taken.add(key);
    stage.key = key;
  }
}

function refuseUnusable(stages: PlannedStage[]): void {
  const active = stages.filter((stage) => !stage.is_retired);
  const kinds: [string, boolean][] = [
    ['open', active.some((stage) => !stage.is_won && !stage.is_lost)],
    ['won', active.some((stage) => stage.is_won)],
    ['lost', active.some((stage) => stage.is_lost)],
  ];
  const missing = kinds.find(([, isThere]) => !isThere);
  if (missing) throw fieldError('stages', 'incomplete', `A pipeline needs a stage for ${missing[0]} deals.`);
}

/** In the order of the list, unless a position says otherwise: one that is only sent back as it was says nothing. */
function sortStages(stages: PlannedStage[], stored: StoredStage[]): PlannedStage[] {
  const old = new Map(stored.map((stage) => [stage.id, stage.position]));
  if (!stages.some(({ id, position }) => position !== null && position !== old.get(id))) return stages;
  const places = new Map(stages.map((stage, index) => [stage, stage.position ?? index]));
  return [...stages].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

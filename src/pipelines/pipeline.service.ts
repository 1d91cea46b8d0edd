import { isDeepStrictEqual } from 'node:util';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, fieldError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { createRow, type Input, lockRow, type UpdateOptions, updateRow } from '../crud/write-rows.ts';
import type { Changes } from '../events/record.ts';
import { pipelineResource, stagesOf } from './pipeline.resource.ts';
import { writeStages } from './pipeline-stages.ts';
import { DEFAULT_STAGES, type StageInput } from './stage-shape.ts';

const crud = crudService(pipelineResource);

export const pipelineService: CrudService = {
  ...crud,
  create: createPipeline,
  update: updatePipeline,
  delete: async (ctx, id, options) => {
    await refuseInUse(ctx, id);
    return crud.delete(ctx, id, options);
  },
  purge: async (ctx, id, options) => {
    await refuseInUse(ctx, id);
    return crud.purge(ctx, id, options);
  },
};

async function createPipeline(ctx: Ctx, { stages, ...input }: Input): Promise<Row> {
  await lockPipelines(ctx);
  const id = newId();
  const given = stages as StageInput[] | null | undefined;
  const standing = await findDefault(ctx);
  const row = { ...input, id, is_default: input.is_default === true || standing === null };
  await writeStages(ctx, id, given?.length ? given : DEFAULT_STAGES);
  if (row.is_default && standing) await updateRow(ctx, pipelineResource, standing, { is_default: false });
  return createRow(ctx, pipelineResource, row, { beside: { stages: [null, await readStages(ctx, id)] } });
}

async function updatePipeline(
  ctx: Ctx,
  id: string,
  { stages, ...input }: Input,
  options: UpdateOptions = {},
): Promise<Row> {
  await lockPipelines(ctx);
  const before = await lockRow(ctx, pipelineResource, id, pipelineResource.permissions.edit);
  if (input.is_default === false && before.is_default) {
    throw fieldError('is_default', 'required', 'One pipeline is the default: make another one that instead.');
  }
  const standing = input.is_default === true && !before.is_default ? await findDefault(ctx) : null;
  if (standing) await updateRow(ctx, pipelineResource, standing, { is_default: false });
  if (!stages) return updateRow(ctx, pipelineResource, id, input, options);
  const old = await readStages(ctx, id);
  await writeStages(ctx, id, stages as StageInput[]);
  const now = await readStages(ctx, id);
  const beside: Changes = isDeepStrictEqual(old, now) ? {} : { stages: [old, now] };
  return updateRow(ctx, pipelineResource, id, input, { ...options, beside });
}

// Any number will do.
const PIPELINE_LOCK = 4_862_017_335;

/** Two pipelines that become the default at once would each leave the other one so. */
async function lockPipelines(ctx: Ctx): Promise<void> {
  await ctx.db.query('SELECT pg_advisory_xact_lock($1)', [PIPELINE_LOCK]);
}

async function findDefault(ctx: Ctx): Promise<string | null> {
  const [found] = await ctx.db.query<{ id: string }>(
    'SELECT id FROM pipelines WHERE is_default AND deleted_at IS NULL FOR UPDATE',
  );
  return found?.id ?? null;
}

async function readStages(ctx: Ctx, id: string): Promise<unknown> {
  const [row] = await ctx.db.query(`SELECT ${stagesOf('$1')} AS stages`, [id]);
  return row?.stages;
}

/** A lock on the pipeline keeps new deals out until the end of the transaction. Throws 404, 403, 409. */
async function refuseInUse(ctx: Ctx, id: string): Promise<void> {
  const pipeline = await lockRow(ctx, pipelineResource, id, pipelineResource.permissions.delete, 'either');
  if (pipeline.is_default && !pipeline.deleted_at)
    throw conflict('This is the default pipeline: make another one that first.');
  const [used] = await ctx.db.query(
    `SELECT 1 FROM pipeline_stages s WHERE s.pipeline_id = $1
       AND EXISTS (SELECT FROM deals d WHERE d.stage_id = s.id) LIMIT 1`,
    [id],
  );
  if (used) throw conflict('Deals stand in this pipeline, or lie in the trash: move them first.');
}

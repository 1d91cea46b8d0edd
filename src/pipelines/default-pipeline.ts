import { type Ctx, withTransaction } from '../core/ctx.ts';
import { pipelineResource } from './pipeline.resource.ts';
import { pipelineService } from './pipeline.service.ts';

const NAME = 'Sales pipeline';

// Any number will do; two processes that start at once must not both make it.
const FIRST_PIPELINE_LOCK = 4_862_017_336;

/** Makes a pipeline where there is none. Safe to run twice. Answers whether it was made. */
export function ensureDefaultPipeline(ctx: Ctx): Promise<boolean> {
  return withTransaction(ctx, async (inner) => {
    await inner.db.query('SELECT pg_advisory_xact_lock($1)', [FIRST_PIPELINE_LOCK]);
    const [found] = await inner.db.query('SELECT 1 FROM pipelines WHERE deleted_at IS NULL LIMIT 1');
    if (found) return false;
    await pipelineService.create(inner, pipelineResource.createSchema.parse({ name: NAME, is_default: true }));
    return true;
  });
}

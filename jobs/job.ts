import type { Ctx } from '../src/core/ctx.ts';
import type { RealtimeEmitter } from '../src/core/realtime-emitter.ts';
import type { JobName, JobPayloads, QueueName } from '../src/queue.ts';

/** One kind of job. `run` must be safe to run twice: a lost lock gives it to a second worker. */
export interface Job<N extends JobName> {
  queue: QueueName;
  /** A rejection counts as a failure: it is logged, shown, and tried again three times. */
  run(ctx: Ctx, payload: JobPayloads[N], realtime: RealtimeEmitter): Promise<void>;
}

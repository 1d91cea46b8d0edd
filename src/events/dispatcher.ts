import { type Ctx, type CtxDeps, createSystemCtx, withTransaction } from '../core/ctx.ts';
import { inSavepoint } from '../core/database.ts';
import type { Notices } from '../core/notices.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';
import type { Queue } from '../queue.ts';
import { EVENT_CHANNEL } from './catalog.ts';
import { reactionsTo } from './reactions.ts';
import type { RecordedEvent } from './recorded-event.ts';

const BATCH = 200;
const SWEEP_MS = 2_000;
const MAX_ATTEMPTS = 5;

export interface Dispatcher {
  stop(): Promise<void>;
}

/**
 * Runs the reactions to recorded events: woken by a notice, and by a sweep every two seconds, so that a crash between
 * commit and dispatch loses nothing. Several processes share the work by skipping one another's locked rows.
 */
export function startDispatcher(deps: CtxDeps, notices: Notices, realtime: RealtimeEmitter, queue: Queue): Dispatcher {
  let isStopped = false;
  let isWanted = false;
  let running: Promise<void> | null = null;

  const wake = () => {
    isWanted = true;
    running ??= drain().finally(() => {
      running = null;
    });
  };
  async function drain(): Promise<void> {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        while (!isStopped && (await dispatchBatch(deps, realtime, queue)) === BATCH);
      } catch (error) {
        deps.logger.error({ err: error }, 'events could not be dispatched');
      }
    }
  }
  notices.on(EVENT_CHANNEL, wake);
  const sweep = setInterval(wake, SWEEP_MS);
  wake();
  return {
    async stop() {
      isStopped = true;
      clearInterval(sweep);
      await running;
    },
  };
}

/** Dispatches the oldest waiting events in one transaction. Answers how many there were. */
export async function dispatchBatch(deps: CtxDeps, realtime: RealtimeEmitter, queue: Queue): Promise<number> {
  return withTransaction(createSystemCtx(deps), async (ctx) => {
    const events = await ctx.db.query<RecordedEvent & { dispatch_attempts: number }>(
      `SELECT id, event, actor_id, actor_name, action, resource_type, resource_id, resource_label, changes, metadata, risk,
         caused_by, created_at, dispatch_attempts
       FROM audit_logs WHERE dispatched_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [BATCH],
    );
    const done: string[] = [];
    for (const event of events) {
      const error = await runReactions(ctx, event, realtime, queue);
      if (error === null) done.push(event.id);
      else await recordFailure(ctx, event, error);
    }
    if (done.length > 0)
      await ctx.db.query('UPDATE audit_logs SET dispatched_at = now() WHERE id = ANY($1::uuid[])', [done]);
    return events.length;
  });
}

async function runReactions(
  ctx: Ctx,
  event: RecordedEvent,
  realtime: RealtimeEmitter,
  queue: Queue,
): Promise<Error | null> {
  const caused: Ctx = { ...ctx, origin: { ...ctx.origin, caused_by: event.id } };
  try {
    for (const reaction of reactionsTo(event.event)) {
      await inSavepoint(ctx.db, () => reaction.react(caused, event, realtime, queue));
    }
    return null;
  } catch (error) {
    ctx.logger.error({ err: error, event_id: event.id, event: event.event }, 'reaction failed');
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Kept for the next sweep, and given up aloud after five attempts so that it cannot stand in the others' way. */
async function recordFailure(
  ctx: Ctx,
  event: RecordedEvent & { dispatch_attempts: number },
  error: Error,
): Promise<void> {
  const isGivenUp = event.dispatch_attempts + 1 >= MAX_ATTEMPTS;
  await ctx.db.query(
    `UPDATE audit_logs SET dispatch_attempts = dispatch_attempts + 1, dispatch_error = $2,
       dispatched_at = CASE WHEN $3 THEN now() END WHERE id = $1`,
    [event.id, error.message.slice(0, 1000), isGivenUp],
  );
}

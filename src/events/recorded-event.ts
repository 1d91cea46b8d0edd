import type { AuditLog } from '../audit-logs/audit-log.entity.ts';
import type { Ctx } from '../core/ctx.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';
import type { Queue } from '../queue.ts';
import type { EventName } from './catalog.ts';

/** What a reaction is given: the recorded event, in a transaction in which it is marked as dispatched. */
export type RecordedEvent = Pick<
  AuditLog,
  | 'id'
  | 'actor_id'
  | 'actor_name'
  | 'action'
  | 'resource_type'
  | 'resource_id'
  | 'resource_label'
  | 'changes'
  | 'metadata'
  | 'risk'
  | 'caused_by'
> & { event: EventName; created_at: string };

export interface Reaction {
  name: string;
  events: readonly EventName[];
  react: (ctx: Ctx, event: RecordedEvent, realtime: RealtimeEmitter, queue: Queue) => Promise<void>;
}

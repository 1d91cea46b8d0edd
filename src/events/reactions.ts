import type { AuditLog } from '../audit-logs/audit-log.entity.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Realtime } from '../core/realtime.ts';
import { notifyRoleChange, notifySecurityAlert } from '../notifications/notification.reactions.ts';
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
  react: (ctx: Ctx, event: RecordedEvent, realtime: Realtime) => Promise<void>;
}

/** LIST of who reacts to what. Every reaction is safe to run twice. */
export const reactions: readonly Reaction[] = [
  {
    name: 'notify-role-change',
    events: ['role_assignment.created', 'role_assignment.deleted'],
    react: notifyRoleChange,
  },
  { name: 'notify-security-alert', events: ['session.reuse_detected'], react: notifySecurityAlert },
];

export function reactionsTo(event: EventName): Reaction[] {
  return reactions.filter((reaction) => reaction.events.includes(event));
}

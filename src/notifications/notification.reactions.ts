import type { Ctx } from '../core/ctx.ts';
import type { RealtimeEmitter } from '../core/realtime-emitter.ts';
import type { EventName } from '../events/catalog.ts';
import type { RecordedEvent } from '../events/recorded-event.ts';
import { notify } from './notification.service.ts';

/** Tells users that a role was given to them or taken from them. */
export async function notifyRoleChange(ctx: Ctx, event: RecordedEvent, realtime: RealtimeEmitter): Promise<void> {
  const { user_id, role_name } = event.metadata;
  const verb = event.action === 'assigned' ? 'gave you the role' : 'took from you the role';
  await notify(ctx, realtime, {
    user_id: String(user_id),
    event_id: event.id,
    notification_type: 'system_updates',
    priority: 'medium',
    title: 'Role Updated',
    message: `${event.actor_name} ${verb} ${role_name}.`,
    action_url: '/settings/roles',
    actor_id: event.actor_id,
  });
}

const ALERTS: Partial<Record<EventName, string>> = {
  'session.reuse_detected':
    'A sign-in token of yours was used twice, so that session was ended. If it was not you, change your password.',
  'user.locked':
    'Five sign-ins to your account failed at one address, which is shut out for 30 minutes. Your account is not affected elsewhere.',
};

/** Tells users of an act in their own name that may not have been theirs. */
export async function notifySecurityAlert(ctx: Ctx, event: RecordedEvent, realtime: RealtimeEmitter): Promise<void> {
  const message = ALERTS[event.event];
  // Whose account it is: the event's subject where that is a user, and who acted where it is a session.
  const user_id = event.resource_type === 'user' ? event.resource_id : event.actor_id;
  if (!user_id || !message) return;
  await notify(ctx, realtime, {
    user_id,
    event_id: event.id,
    notification_type: 'security_alerts',
    priority: 'high',
    title: 'Security Alert',
    message,
    action_url: '/settings/security',
  });
}

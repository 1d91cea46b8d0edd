import { writeActivity } from '../activities/activity.reactions.ts';
import { activityEvents } from '../activities/activity.resource.ts';
import { queueFieldWork } from '../custom-fields/custom-field.reactions.ts';
import { notifyRoleChange, notifySecurityAlert } from '../notifications/notification.reactions.ts';
import { learnTerms, termEvents } from '../search/search-terms.ts';
import { notifyTaskAssignment } from '../tasks/task.reactions.ts';
import type { EventName } from './catalog.ts';
import type { Reaction } from './recorded-event.ts';

/** LIST of who reacts to what. Every reaction is safe to run twice. */
export const reactions: readonly Reaction[] = [
  {
    name: 'notify-role-change',
    events: ['role_assignment.created', 'role_assignment.deleted'],
    react: notifyRoleChange,
  },
  { name: 'write-activity', events: activityEvents, react: writeActivity },
  { name: 'learn-terms', events: termEvents, react: learnTerms },
  {
    name: 'notify-task-assignment',
    events: ['task.created', 'task.assigned', 'task.completed', 'task.reopened'],
    react: notifyTaskAssignment,
  },
  { name: 'notify-security-alert', events: ['session.reuse_detected', 'user.locked'], react: notifySecurityAlert },
  {
    name: 'queue-custom-field-work',
    events: [
      'custom_field.created',
      'custom_field.updated',
      'custom_field.deleted',
      'custom_field.restored',
      'custom_field.purge_requested',
    ],
    react: (_ctx, event, _realtime, queue) => queueFieldWork(queue, event),
  },
];

export function reactionsTo(event: EventName): Reaction[] {
  return reactions.filter((reaction) => reaction.events.includes(event));
}

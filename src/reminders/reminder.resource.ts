import { z } from 'zod';
import { personalRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { instant, optionalChoice, optionalId, optionalText, requiredInstant } from '../http/fields.ts';
import { Reminder } from './reminder.entity.ts';

/** What one can be reminded of. */
export const REMINDER_TARGETS = ['contact', 'company', 'lead', 'deal', 'task', 'event'] as const;

export const reminderResource: Resource = defineResource({
  noun: 'reminder',
  plural: 'reminders',
  entity: Reminder,
  label: (alias) => `${alias}.title`,
  // They are their user's alone, so to drop one needs no more than to change it.
  permissions: { view: 'view_tasks', create: 'create_tasks', edit: 'edit_tasks', delete: 'edit_tasks' },
  scope: personalRows,
  write: {
    title: optionalText(200).describe('What the record is called, unless told'),
    remind_at: requiredInstant,
    target_type: optionalChoice(REMINDER_TARGETS),
    target_id: optionalId,
    is_done: z.boolean().default(false),
  },
  read: { reminded_at: instant.nullable().describe('When it was delivered') },
  filters: ['title', 'remind_at', 'target_type', 'target_id', 'is_done', 'reminded_at'],
  sorts: ['title', 'remind_at', 'reminded_at'],
});

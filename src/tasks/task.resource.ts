import { z } from 'zod';
import { ownedRows } from '../auth/scope.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { thisWeek, today } from '../core/time-zones.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import {
  checklist,
  choice,
  customFields,
  instant,
  optionalDateOrInstant,
  optionalId,
  optionalInstant,
  optionalLines,
  optionalRecurrence,
  requiredText,
  tags,
} from '../http/fields.ts';
import { leadResource } from '../leads/lead.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Task } from './task.entity.ts';

export const TASK_TYPES = ['call', 'email', 'meeting', 'follow_up', 'proposal', 'demo', 'other'] as const;
export const TASK_STATUSES = ['pending', 'in_progress', 'completed', 'cancelled'] as const;
export const TASK_PRIORITIES = ['low', 'medium', 'high', 'urgent'] as const;

/** Those that are still to be done. */
export const openTasks = (alias: string) => `${alias}.status IN ('pending', 'in_progress')`;

const user = { target: () => userResource, card: USER_CARD };

export const taskResource: Resource = defineResource({
  noun: 'task',
  plural: 'tasks',
  entity: Task,
  label: (alias) => `${alias}.title`,
  permissions: { view: 'view_tasks', create: 'create_tasks', edit: 'edit_tasks', delete: 'delete_tasks' },
  scope: ownedRows(['owner_id', 'assigned_to_id']),
  write: {
    title: requiredText(200),
    description: optionalLines(10_000),
    task_type: choice(TASK_TYPES).default('other'),
    status: choice(TASK_STATUSES).default('pending'),
    priority: choice(TASK_PRIORITIES).default('medium'),
    assigned_to_id: optionalId,
    due_date: optionalDateOrInstant.describe('A day means its end in the time zone of whoever it is assigned to.'),
    reminder_at: optionalInstant,
    contact_id: optionalId,
    company_id: optionalId,
    lead_id: optionalId,
    deal_id: optionalId,
    recurrence: optionalRecurrence,
    checklist: checklist.default([]),
    owner_id: optionalId,
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  read: {
    is_all_day: z.boolean().describe('Whether due_date was given as a day.'),
    completed_at: instant.nullable(),
    recurred_from_id: z.uuid().nullable().describe('The recurring task whose completion made this one.'),
  },
  computed: {
    related_to: {
      schema: z.string().nullable().describe('What a person calls the record that the task is about.'),
      sql: (alias, scoped) =>
        `coalesce(${[contactResource, companyResource, leadResource, dealResource]
          .map(({ noun, plural, label, scope, permissions }) => {
            const readable = scoped(scope, permissions.view, 'about');
            return `(SELECT ${label('about')} FROM ${plural} about
              WHERE about.id = ${alias}.${noun}_id AND about.deleted_at IS NULL AND ${readable})`;
          })
          .join(', ')})`,
    },
  },
  relations: {
    assigned_to: { ...user, column: 'assigned_to_id', label: 'assigned_to_name', isHolder: true },
    contact: { column: 'contact_id', target: () => contactResource, label: 'contact_name', isCleared: true },
    company: { column: 'company_id', target: () => companyResource, label: 'company_name', isCleared: true },
    lead: { column: 'lead_id', target: () => leadResource, label: 'lead_name', isCleared: true },
    deal: { column: 'deal_id', target: () => dealResource, label: 'deal_name', isCleared: true },
    owner: { ...user, column: 'owner_id', label: 'owner_name', isHolder: true },
    created_by: { ...user, column: 'created_by_id', label: 'created_by_name' },
    recurred_from: {
      column: 'recurred_from_id',
      target: () => taskResource,
      label: 'recurred_from_title',
      isCleared: true,
    },
  },
  filters: [
    'title',
    'task_type',
    'status',
    'priority',
    'assigned_to_id',
    'owner_id',
    'due_date',
    'reminder_at',
    'completed_at',
    'contact_id',
    'company_id',
    'lead_id',
    'deal_id',
    'tags',
  ],
  computedFilters: {
    overdue: {
      description: 'Still to be done although its time has passed.',
      sql: (alias, _, bind) => `${openTasks(alias)} AND ${alias}.due_date < ${bind(new Date())}`,
    },
    due_today: {
      description: 'Still to be done, and due on this day of the caller.',
      sql: (alias, caller, bind) => `${openTasks(alias)} AND ${isDue(alias, today(caller.time_zone), bind)}`,
    },
    due_this_week: {
      description: 'Still to be done, and due in this week of the caller, which begins on Monday.',
      sql: (alias, caller, bind) => `${openTasks(alias)} AND ${isDue(alias, thisWeek(caller.time_zone), bind)}`,
    },
    assigned_to_me: {
      description: 'Assigned to the caller.',
      sql: (alias, caller, bind) => `${alias}.assigned_to_id = ${bind(caller.user_id)}`,
    },
  },
  sorts: ['title', 'task_type', 'status', 'due_date', 'reminder_at', 'completed_at'],
  isSearchable: true,
});

function isDue(alias: string, { from, to }: { from: Date; to: Date }, bind: (value: unknown) => string): string {
  return `${alias}.due_date >= ${bind(from)} AND ${alias}.due_date < ${bind(to)}`;
}

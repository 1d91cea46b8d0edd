import { completeTask, reopenTask, taskService } from '../../src/tasks/task.service.ts';
import { createConfirmedAction } from '../confirmed-action.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = [
  'task_type',
  'status',
  'priority',
  'assigned_to_id',
  'due_date',
  'reminder_at',
  'contact_id',
  'company_id',
  'deal_id',
  'recurrence',
  'owner_id',
  'checklist',
  'tags',
  'description',
  'custom_fields',
];

const isOpen = (status: unknown) => status === 'pending' || status === 'in_progress';

export const taskPresentation: Presentation = {
  service: taskService,
  group: CRM,
  title: 'title',
  list: ['title', 'task_type', 'status', 'priority', 'assigned_to_id', 'due_date', 'related_to'],
  show: ['title', ...DETAILS, 'completed_at', 'created_at', 'created_by_id', 'updated_at'],
  edit: ['title', ...DETAILS],
  filter: [
    'title',
    'task_type',
    'status',
    'priority',
    'assigned_to_id',
    'due_date',
    'contact_id',
    'company_id',
    'deal_id',
    'tags',
  ],
  sort: { sortBy: 'created_at', direction: 'desc' },
  properties: { description: { type: 'textarea', props: { rows: 6 } } },
  actions: {
    complete: createConfirmedAction({
      name: 'complete',
      icon: 'Check',
      permission: 'edit_tasks',
      question: 'Its time is now. A recurring task makes the next one.',
      done: 'The task is completed.',
      isOffered: (task) => task.status !== 'completed',
      run: (ctx, id) => completeTask(ctx, id),
    }),
    reopen: createConfirmedAction({
      name: 'reopen',
      icon: 'RotateCcw',
      permission: 'edit_tasks',
      question: 'It is pending again.',
      done: 'The task is open again.',
      isOffered: (task) => !isOpen(task.status),
      run: (ctx, id) => reopenTask(ctx, id),
    }),
  },
};

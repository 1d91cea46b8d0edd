import { taskTemplateService } from '../../src/task-templates/task-template.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = ['title', 'task_type', 'priority', 'due_in_days', 'is_shared', 'owner_id', 'checklist', 'description'];

export const taskTemplatePresentation: Presentation = {
  service: taskTemplateService,
  group: CRM,
  title: 'name',
  list: ['name', 'title', 'task_type', 'priority', 'due_in_days', 'is_shared', 'owner_id'],
  show: ['name', ...DETAILS, 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', ...DETAILS],
  filter: ['name', 'title', 'task_type', 'priority', 'is_shared', 'owner_id'],
  sort: { sortBy: 'name', direction: 'asc' },
  properties: { description: { type: 'textarea', props: { rows: 4 } } },
};

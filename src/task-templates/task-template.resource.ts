import { z } from 'zod';
import { ownedRows, type ScopeRule } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { checklist, choice, optionalId, optionalLines, requiredText } from '../http/fields.ts';
import { TASK_PRIORITIES, TASK_TYPES } from '../tasks/task.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { TaskTemplate } from './task-template.entity.ts';

const owned = ownedRows(['owner_id']);

/** A shared template is everybody's to use, and its owner's to change. */
const ownedOrShared: ScopeRule = (access, alias, bind) => {
  const own = owned(access, alias, bind);
  if (own === null || own === 'FALSE' || !access.is_reading) return own;
  return `(${own} OR ${alias}.is_shared)`;
};

export const taskTemplateResource: Resource = defineResource({
  noun: 'task_template',
  plural: 'task_templates',
  entity: TaskTemplate,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_tasks', create: 'create_tasks', edit: 'edit_tasks', delete: 'delete_tasks' },
  scope: ownedOrShared,
  write: {
    name: requiredText(100),
    title: requiredText(200),
    description: optionalLines(10_000),
    task_type: choice(TASK_TYPES).default('other'),
    priority: choice(TASK_PRIORITIES).default('medium'),
    due_in_days: z
      .preprocess((value) => (value === '' ? null : value), z.number().int().min(0).max(3650).nullable())
      .optional(),
    checklist: checklist.default([]),
    is_shared: z.boolean().default(false),
    owner_id: optionalId,
  },
  relations: {
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: ['name', 'title', 'task_type', 'priority', 'is_shared', 'owner_id'],
  sorts: ['name', 'title', 'task_type'],
});

import { z } from 'zod';
import { personalRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { targetFields } from '../records/target.ts';
import { Follow } from './follow.entity.ts';

export const followResource: Resource = defineResource({
  noun: 'follow',
  plural: 'follows',
  entity: Follow,
  label: (alias) => `${alias}.target_type`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: personalRows,
  write: targetFields,
  read: { user_id: z.uuid() },
  filters: ['target_type', 'target_id'],
  sorts: [],
});

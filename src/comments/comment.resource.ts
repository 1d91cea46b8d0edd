import { z } from 'zod';
import { defineResource, type Resource } from '../crud/resource.ts';
import { lines, optionalId } from '../http/fields.ts';
import { rowsAboutRecords } from '../records/record-types.ts';
import { targetFields } from '../records/target.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Comment } from './comment.entity.ts';

export const commentResource: Resource = defineResource({
  noun: 'comment',
  plural: 'comments',
  entity: Comment,
  label: (alias) => `left(${alias}.content, 100)`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: rowsAboutRecords,
  write: {
    ...targetFields,
    content: lines(10_000).min(1, 'This field is required.'),
    parent_id: optionalId,
    mentions: z
      .array(z.uuid('Give UUIDs.'))
      .max(50, 'Mention at most 50 people.')
      .default([])
      .describe('Users mentioned beside those whom @username names'),
  },
  relations: {
    author: { column: 'created_by_id', target: () => userResource, label: 'author_name', card: USER_CARD },
    parent: { column: 'parent_id', target: () => commentResource, label: 'parent_excerpt' },
  },
  filters: ['target_type', 'target_id', 'parent_id'],
  sorts: [],
});

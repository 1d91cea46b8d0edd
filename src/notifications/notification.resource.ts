import { z } from 'zod';
import { personalRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { instant } from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Notification } from './notification.entity.ts';

export const notificationResource: Resource = defineResource({
  noun: 'notification',
  plural: 'notifications',
  entity: Notification,
  label: (alias) => `${alias}.title`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: personalRows,
  write: {},
  read: {
    notification_type: z.string(),
    priority: z.string(),
    title: z.string(),
    message: z.string(),
    action_url: z.string().nullable(),
    actor_id: z.uuid().nullable(),
    is_read: z.boolean(),
    read_at: instant.nullable(),
  },
  relations: {
    actor: { column: 'actor_id', target: () => userResource, label: 'actor_name', card: USER_CARD },
  },
  filters: ['is_read', 'notification_type', 'priority', 'actor_id'],
  sorts: ['is_read', 'priority'],
});

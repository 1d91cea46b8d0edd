import { z } from 'zod';
import { defineResource, type Resource } from '../crud/resource.ts';
import { instant } from '../http/fields.ts';
import { rowsAboutRecords } from '../records/record-types.ts';
import { Activity } from './activity.entity.ts';

export const activityResource: Resource = defineResource({
  noun: 'activity',
  plural: 'activities',
  entity: Activity,
  label: (alias) => `${alias}.description`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: rowsAboutRecords,
  write: {},
  read: {
    action: z.string(),
    target_type: z.string(),
    target_id: z.uuid(),
    target_name: z.string(),
    description: z.string(),
    changes: z.record(z.string(), z.tuple([z.unknown(), z.unknown()])),
    metadata: z.record(z.string(), z.unknown()),
    type: z.string().nullable(),
    subject: z.string().nullable(),
    body: z.string().nullable(),
    duration_minutes: z.number().int().nullable(),
    outcome: z.string().nullable(),
    happened_at: instant.nullable(),
  },
  computed: {
    action_type: { schema: z.string().describe('As action'), sql: (alias) => `${alias}.action`, past: 'own' },
    actor: {
      schema: z.strictObject({ id: z.uuid().nullable(), name: z.string(), avatar: z.string().nullable() }),
      sql: (alias) =>
        `(SELECT json_build_object('id', ${alias}.actor_id, 'name', ${alias}.actor_name, 'avatar',
          (SELECT avatar_url FROM users WHERE users.id = ${alias}.actor_id)))`,
    },
  },
  filters: ['actor_id', 'action', 'target_type', 'target_id', 'type'],
  sorts: [],
  isSearchable: true,
});

import { z } from 'zod';
import { defineResource, type Resource } from '../crud/resource.ts';
import { type EventName, eventFacts, eventNames } from '../events/catalog.ts';
import { choice, instant } from '../http/fields.ts';
import { recordNouns, rowsAboutRecords } from '../records/record-types.ts';
import { Activity } from './activity.entity.ts';

/** What happens to a record, and what is said about one. */
export const activityEvents: readonly EventName[] = eventNames.filter(
  (name) =>
    recordNouns.includes(name.split('.')[0] ?? '') || name === 'comment.created' || name === 'comment.mentioned',
);

const actions = [...new Set(activityEvents.map((name) => eventFacts(name).action))];

export const activityResource: Resource = defineResource({
  noun: 'activity',
  plural: 'activities',
  entity: Activity,
  label: (alias) => `${alias}.description`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: rowsAboutRecords,
  write: {},
  read: {
    action: choice(['logged', ...actions]),
    target_type: choice(recordNouns),
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

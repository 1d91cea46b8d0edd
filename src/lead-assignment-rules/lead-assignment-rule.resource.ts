import { z } from 'zod';
import { sharedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { requiredText } from '../http/fields.ts';
import { teamResource } from '../teams/team.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { LeadAssignmentRule } from './lead-assignment-rule.entity.ts';

const criteria = z
  .record(z.string().max(100, 'Use at most 100 characters.'), z.union([z.string().max(2000), z.number(), z.boolean()]))
  .refine((map) => Object.keys(map).length <= 20, 'Use at most 20 criteria.');

const assignTo = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('user'), user_id: z.uuid('Give a UUID.') }),
  z.strictObject({ type: z.literal('round_robin'), team_id: z.uuid('Give a UUID.') }),
]);

export const leadAssignmentRuleResource: Resource = defineResource({
  noun: 'lead_assignment_rule',
  plural: 'lead_assignment_rules',
  entity: LeadAssignmentRule,
  label: (alias) => `${alias}.name`,
  permissions: {
    view: 'view_contacts',
    create: 'manage_settings',
    edit: 'manage_settings',
    delete: 'manage_settings',
  },
  scope: sharedRows,
  write: {
    name: requiredText(100),
    criteria: criteria
      .default({})
      .describe('Filters as the list of leads takes them, all of which must hold; none: every lead'),
    assign_to: assignTo.describe('One user, or the members of a team in turn'),
    priority: z
      .int('Give a whole number.')
      .min(0, 'Give 0 or more.')
      .max(10_000, 'Too large.')
      .default(0)
      .describe('The lowest is tried first'),
    is_active: z.boolean().default(true),
  },
  computed: {
    assign_to_name: {
      schema: z.string().nullable().describe('The name of that user, or “round robin of” that team'),
      sql: (alias) => `CASE ${alias}.assign_to ->> 'type'
        WHEN 'user' THEN (SELECT ${userResource.label('u')} FROM users u WHERE u.id = (${alias}.assign_to ->> 'user_id')::uuid)
        ELSE (SELECT 'round robin of ' || ${teamResource.label('team')} FROM teams team
          WHERE team.id = (${alias}.assign_to ->> 'team_id')::uuid) END`,
    },
  },
  relations: {
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: ['name', 'priority', 'is_active'],
  sorts: ['name', 'priority'],
  unique: ['name'],
});

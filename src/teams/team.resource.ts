import { z } from 'zod';
import { sharedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { optionalLines, requiredText } from '../http/fields.ts';
import { Team } from './team.entity.ts';

export const teamResource: Resource = defineResource({
  noun: 'team',
  plural: 'teams',
  entity: Team,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_team', create: 'manage_team', edit: 'manage_team', delete: 'manage_team' },
  scope: sharedRows,
  write: {
    name: requiredText(100),
    description: optionalLines(2000),
    shares_records: z.boolean().default(false).describe('Whether members see one another’s records'),
  },
  computed: {
    members_count: {
      schema: z.number().int(),
      sql: (alias) => `(SELECT count(*) FROM team_memberships m WHERE m.team_id = ${alias}.id)`,
    },
  },
  filters: ['name', 'shares_records'],
  sorts: ['name'],
  unique: ['name'],
});

import { teamService } from '../../src/teams/team.service.ts';
import { createMembersAction } from '../members-action.ts';
import type { Presentation } from '../presentation.ts';
import { PEOPLE } from './groups.ts';

export const teamPresentation: Presentation = {
  service: teamService,
  group: PEOPLE,
  title: 'name',
  list: ['name', 'members_count', 'shares_records', 'created_at'],
  show: ['name', 'description', 'shares_records', 'created_at', 'updated_at', 'members'],
  edit: ['name', 'description', 'shares_records'],
  filter: ['name', 'shares_records', 'created_at'],
  sort: { sortBy: 'name', direction: 'asc' },
  properties: {
    description: { type: 'textarea', props: { rows: 4 } },
    members: { type: 'mixed', components: { show: 'MembersShow' } },
  },
  actions: { members: createMembersAction() },
};

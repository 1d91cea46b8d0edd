import { roleAssignmentService } from '../../src/role-assignments/role-assignment.service.ts';
import type { Presentation } from '../presentation.ts';
import { PEOPLE } from './groups.ts';

export const roleAssignmentPresentation: Presentation = {
  service: roleAssignmentService,
  group: PEOPLE,
  title: 'user_name',
  list: ['user_id', 'role_id', 'team_id', 'created_by_id', 'created_at'],
  show: ['user_id', 'role_id', 'team_id', 'created_by_id', 'created_at'],
  edit: ['user_id', 'role_id', 'team_id'],
  filter: ['user_id', 'role_id', 'team_id', 'created_at'],
  sort: { sortBy: 'created_at', direction: 'desc' },
  // A role is taken back and given anew, so that the audit log says who held what, when.
  without: ['edit', 'trash'],
  properties: { team_id: { description: 'Leave this empty for a role that holds everywhere.' } },
};

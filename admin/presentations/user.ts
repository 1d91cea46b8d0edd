import { reactivateUser, suspendUser, userService } from '../../src/users/user.service.ts';
import { createConfirmedAction } from '../confirmed-action.ts';
import { showLinks } from '../links.ts';
import type { Presentation } from '../presentation.ts';
import { PEOPLE } from './groups.ts';

const DETAILS = ['phone', 'title', 'timezone', 'locale', 'avatar_url', 'bio'];

export const userPresentation: Presentation = {
  service: userService,
  group: PEOPLE,
  title: 'full_name',
  search: ['first_name', 'last_name'],
  list: ['full_name', 'email', 'roles', 'teams', 'is_active', 'last_login'],
  show: [
    'full_name',
    'email',
    'username',
    'is_active',
    'last_login',
    'roles',
    'teams',
    ...DETAILS,
    'created_at',
    'updated_at',
  ],
  edit: ['first_name', 'last_name', ...DETAILS],
  create: ['email', 'first_name', 'last_name', 'role_id', 'password'],
  filter: ['first_name', 'last_name', 'email', 'is_active', 'last_login'],
  sort: { sortBy: 'created_at', direction: 'desc' },
  sortAs: { full_name: 'last_name' },
  // Accounts are suspended, never deleted.
  without: ['delete', 'bulkDelete', 'trash'],
  properties: {
    bio: { type: 'textarea', props: { rows: 5 } },
    role_id: { type: 'reference', reference: 'roles', props: { inputId: 'role_id' } },
    password: {
      type: 'password',
      description: 'At least 8 characters. Ask the user to change it.',
      props: { autoComplete: 'new-password' },
    },
    roles: showLinks({
      reference: 'roles',
      id: 'role_id',
      note: 'team_name',
      more: {
        reference: 'role_assignments',
        new: { label: 'Give a role', search: '?user_id=' },
        list: { label: 'Take a role back', search: '?filters.user_id=' },
      },
    }),
    teams: showLinks({ reference: 'teams', id: 'team_id', note: 'is_manager' }),
  },
  actions: {
    suspend: createConfirmedAction({
      name: 'suspend',
      icon: 'UserX',
      permission: 'remove_users',
      question: 'They are shut out at every door within a second. Their rows and history stay.',
      done: 'The user is suspended.',
      isOffered: (user) => user.is_active === true,
      run: suspendUser,
    }),
    reactivate: createConfirmedAction({
      name: 'reactivate',
      icon: 'UserCheck',
      permission: 'remove_users',
      question: 'They can sign in again, with the roles that they had.',
      done: 'The user can sign in again.',
      isOffered: (user) => user.is_active === false,
      run: reactivateUser,
    }),
  },
};

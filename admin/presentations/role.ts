import { PERMISSIONS } from '../../src/auth/permissions.ts';
import { roleService } from '../../src/roles/role.service.ts';
import type { Presentation } from '../presentation.ts';
import { PEOPLE } from './groups.ts';

const LEVELS = [0, 1, 2, 3, 4];

export const rolePresentation: Presentation = {
  service: roleService,
  group: PEOPLE,
  title: 'display_name',
  list: ['display_name', 'name', 'level', 'permissions_count', 'users_count', 'is_system_role'],
  show: ['display_name', 'name', 'description', 'level', 'permissions', 'users_count', 'is_system_role', 'updated_at'],
  edit: ['display_name', 'name', 'description', 'level', 'color', 'permissions'],
  filter: ['name', 'display_name', 'is_system_role'],
  sort: { sortBy: 'level', direction: 'desc' },
  isDeletable: (role) => role.is_system_role !== true,
  properties: {
    description: { type: 'textarea', props: { rows: 3 } },
    level: {
      availableValues: LEVELS.map((value) => ({ value, label: `Level ${value}` })),
      description:
        '0 guest, 1 viewer, 2 sales representative, 3 manager, 4 administrator. Nobody gives a role above their own.',
      props: { inputId: 'level' },
    },
    permissions: {
      custom: { permissions: Object.entries(PERMISSIONS).map(([code, facts]) => ({ code, ...facts })) },
      components: { edit: 'PermissionsEdit', show: 'PermissionsShow' },
    },
  },
};

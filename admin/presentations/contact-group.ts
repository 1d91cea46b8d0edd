import { contactGroupService } from '../../src/contact-groups/contact-group.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = ['description', 'is_dynamic', 'filters', 'is_shared'];

export const contactGroupPresentation: Presentation = {
  service: contactGroupService,
  group: CRM,
  title: 'name',
  search: ['name'],
  list: ['name', 'is_dynamic', 'is_shared', 'contacts_count', 'owner_id', 'created_at'],
  show: ['name', ...DETAILS, 'contacts_count', 'owner_id', 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', ...DETAILS],
  filter: ['name', 'is_dynamic', 'is_shared', 'owner_id', 'created_at'],
  sort: { sortBy: 'created_at', direction: 'desc' },
};

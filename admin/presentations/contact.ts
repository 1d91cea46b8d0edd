import { contactService } from '../../src/contacts/contact.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = [
  'salutation',
  'email',
  'phone',
  'mobile',
  'company_id',
  'job_title',
  'department',
  'status',
  'contact_type',
  'source',
  'owner_id',
  'assigned_to_id',
  'address_line_1',
  'address_line_2',
  'postal_code',
  'city',
  'state',
  'country',
  'website',
  'linkedin',
  'twitter',
  'do_not_email',
  'tags',
  'notes',
];

export const contactPresentation: Presentation = {
  service: contactService,
  group: CRM,
  title: 'full_name',
  list: ['full_name', 'email', 'company_id', 'job_title', 'status', 'owner_id', 'created_at'],
  show: ['full_name', ...DETAILS, 'custom_fields', 'last_contacted_at', 'created_at', 'created_by_id', 'updated_at'],
  edit: ['first_name', 'last_name', ...DETAILS],
  filter: [
    'full_name',
    'email',
    'company_id',
    'status',
    'contact_type',
    'owner_id',
    'assigned_to_id',
    'city',
    'country',
    'tags',
    'created_at',
  ],
  sort: { sortBy: 'created_at', direction: 'desc' },
  properties: { notes: { type: 'textarea', props: { rows: 6 } }, custom_fields: { type: 'key-value' } },
};

import { leadService } from '../../src/leads/lead.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = [
  'email',
  'phone',
  'company_name',
  'job_title',
  'lead_source',
  'status',
  'priority',
  'owner_id',
  'assigned_to_id',
  'estimated_value',
  'currency',
  'probability',
  'last_contacted_at',
  'next_follow_up_at',
  'tags',
  'notes',
  'custom_fields',
];
const CONVERSION = ['converted_at', 'converted_contact_id', 'converted_company_id', 'converted_deal_id'];

export const leadPresentation: Presentation = {
  service: leadService,
  group: CRM,
  title: 'full_name',
  list: ['full_name', 'company_name', 'status', 'lead_score', 'temperature', 'assigned_to_id', 'created_at'],
  show: [
    'full_name',
    ...DETAILS,
    'lead_score',
    'temperature',
    'score_factors',
    ...CONVERSION,
    'created_at',
    'created_by_id',
    'updated_at',
  ],
  edit: ['first_name', 'last_name', ...DETAILS],
  filter: [
    'full_name',
    'email',
    'company_name',
    'lead_source',
    'status',
    'priority',
    'temperature',
    'owner_id',
    'assigned_to_id',
    'tags',
    'created_at',
  ],
  sort: { sortBy: 'created_at', direction: 'desc' },
  properties: { notes: { type: 'textarea', props: { rows: 6 } } },
};

import { companyService } from '../../src/companies/company.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = [
  'domain',
  'industry',
  'size',
  'company_type',
  'annual_revenue',
  'currency',
  'phone',
  'website',
  'linkedin_url',
  'owner_id',
  'parent_id',
  'address_line_1',
  'address_line_2',
  'postal_code',
  'city',
  'state',
  'country',
  'tags',
  'description',
  'custom_fields',
];

const FIGURES = ['contacts_count', 'deals_count', 'open_deals_value', 'total_revenue', 'health_score'];

export const companyPresentation: Presentation = {
  service: companyService,
  group: CRM,
  title: 'name',
  list: ['name', 'domain', 'industry', 'company_type', 'contacts_count', 'open_deals_value', 'owner_id', 'created_at'],
  show: ['name', ...DETAILS, ...FIGURES, 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', ...DETAILS],
  filter: ['name', 'domain', 'industry', 'company_type', 'size', 'owner_id', 'city', 'country', 'tags', 'created_at'],
  sort: { sortBy: 'created_at', direction: 'desc' },
  properties: { description: { type: 'textarea', props: { rows: 6 } } },
};

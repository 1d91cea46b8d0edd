import { dealService } from '../../src/deals/deal.service.ts';
import type { Presentation } from '../presentation.ts';
import { SALES } from './groups.ts';

const DETAILS = [
  'pipeline_id',
  'stage',
  'amount',
  'currency',
  'probability',
  'forecast_category',
  'expected_close_date',
  'company_id',
  'contact_id',
  'owner_id',
  'assigned_to_id',
  'competitor',
  'lost_reason',
  'tags',
  'description',
  'notes',
  'custom_fields',
];

const FIGURES = ['status', 'weighted_amount', 'days_in_stage', 'is_rotting', 'closed_at', 'contacts', 'products'];

export const dealPresentation: Presentation = {
  service: dealService,
  group: SALES,
  title: 'name',
  list: ['name', 'company_id', 'stage', 'amount', 'currency', 'expected_close_date', 'owner_id', 'created_at'],
  show: ['name', ...DETAILS, ...FIGURES, 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', ...DETAILS],
  filter: ['name', 'pipeline_id', 'stage', 'status', 'amount', 'company_id', 'owner_id', 'expected_close_date', 'tags'],
  sort: { sortBy: 'created_at', direction: 'desc' },
  properties: {
    description: { type: 'textarea', props: { rows: 4 } },
    notes: { type: 'textarea', props: { rows: 6 } },
    lost_reason: { type: 'textarea', props: { rows: 3 } },
  },
};

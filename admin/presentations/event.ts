import { eventService } from '../../src/calendar/event.service.ts';
import type { Presentation } from '../presentation.ts';
import { CRM } from './groups.ts';

const DETAILS = [
  'event_type',
  'start_at',
  'end_at',
  'is_all_day',
  'timezone',
  'location',
  'meeting_link',
  'contact_id',
  'deal_id',
  'recurrence',
  'owner_id',
  'exception_dates',
  'attendees',
  'tags',
  'description',
  'custom_fields',
];

export const eventPresentation: Presentation = {
  service: eventService,
  group: CRM,
  title: 'title',
  list: ['title', 'event_type', 'start_at', 'end_at', 'location', 'owner_id'],
  show: ['title', ...DETAILS, 'recurs_until', 'created_at', 'created_by_id', 'updated_at'],
  edit: ['title', ...DETAILS],
  filter: ['title', 'event_type', 'start_at', 'end_at', 'location', 'owner_id', 'contact_id', 'deal_id', 'tags'],
  sort: { sortBy: 'start_at', direction: 'desc' },
  properties: { description: { type: 'textarea', props: { rows: 6 } } },
};

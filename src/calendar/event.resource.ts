import { z } from 'zod';
import { ownedRows, type ScopeRule } from '../auth/scope.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import {
  choice,
  customFields,
  instant,
  optionalEmail,
  optionalId,
  optionalLines,
  optionalRecurrence,
  optionalText,
  optionalUrl,
  requiredInstant,
  requiredText,
  tags,
  timeZone,
} from '../http/fields.ts';
import { leadResource } from '../leads/lead.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { CalendarEvent } from './event.entity.ts';

const attendee = z
  .strictObject({
    email: optionalEmail,
    user_id: optionalId,
    contact_id: optionalId,
    name: optionalText(200),
    status: choice(['needs_action', 'accepted', 'declined', 'tentative']).default('needs_action'),
  })
  .refine(({ email, user_id, contact_id, name }) => email || user_id || contact_id || name, 'Say who attends.');

const owned = ownedRows(['owner_id']);

/** Whoever is invited sees the event, and does not change it. */
export const eventScope: ScopeRule = (access, alias, bind) => {
  const own = owned(access, alias, bind);
  if (own === null || own === 'FALSE' || !access.is_reading) return own;
  const invited = bind(JSON.stringify([{ user_id: access.user_id }]));
  return `(${own} OR ${alias}.attendees @> ${invited}::jsonb)`;
};

export const eventResource: Resource = defineResource({
  noun: 'event',
  plural: 'events',
  entity: CalendarEvent,
  label: (alias) => `${alias}.title`,
  permissions: { view: 'view_tasks', create: 'create_tasks', edit: 'edit_tasks', delete: 'delete_tasks' },
  scope: eventScope,
  write: {
    title: requiredText(200),
    description: optionalLines(10_000),
    event_type: choice(['meeting', 'call', 'demo', 'lunch', 'other']).default('meeting'),
    start_at: requiredInstant,
    end_at: requiredInstant,
    is_all_day: z.boolean().default(false),
    timezone: z
      .preprocess((value) => (value === '' ? null : value), timeZone.nullable())
      .optional()
      .describe('IANA; the caller’s unless told. Occurrences keep its time of day.'),
    attendees: z.array(attendee).max(200, 'Use at most 200 attendees.').default([]),
    location: optionalText(300),
    meeting_link: optionalUrl,
    contact_id: optionalId,
    lead_id: optionalId,
    deal_id: optionalId,
    recurrence: optionalRecurrence,
    exception_dates: z
      .array(z.iso.date('Give dates such as 2026-01-31.'))
      .max(500, 'Use at most 500 dates.')
      .transform((dates) => [...new Set(dates)].sort())
      .default([])
      .describe('Days in the event’s time zone on which a recurring event does not take place.'),
    owner_id: optionalId,
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  read: { recurs_until: instant.nullable().describe('The end of the last occurrence, where there is a last one.') },
  relations: {
    contact: { column: 'contact_id', target: () => contactResource, label: 'contact_name', isCleared: true },
    lead: { column: 'lead_id', target: () => leadResource, label: 'lead_name', isCleared: true },
    deal: { column: 'deal_id', target: () => dealResource, label: 'deal_name', isCleared: true },
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: [
    'title',
    'event_type',
    'start_at',
    'end_at',
    'is_all_day',
    'location',
    'owner_id',
    'contact_id',
    'lead_id',
    'deal_id',
    'recurrence',
    'tags',
  ],
  sorts: ['title', 'event_type', 'start_at', 'end_at'],
  isSearchable: true,
});

import { z } from 'zod';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { contactScope } from '../contacts/contact.scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import {
  currency,
  customFields,
  instant,
  optionalAmount,
  optionalChoice,
  optionalDate,
  optionalId,
  optionalLines,
  optionalText,
  optionalWhole,
  requiredText,
  tags,
} from '../http/fields.ts';
import { pipelineResource } from '../pipelines/pipeline.resource.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Deal } from './deal.entity.ts';
import { dealScope } from './deal.scope.ts';
import { contactInput, contactView, FORECAST_CATEGORIES, lineItemInput, lineItemView } from './deal-shape.ts';
import { lineItemsOf } from './line-items.ts';

const rotting = (alias: string) => `${alias}.status = 'open' AND ${alias}.stage_entered_at
  + make_interval(days => (SELECT s.rotting_days FROM pipeline_stages s WHERE s.id = ${alias}.stage_id)) < now()`;

/** The open deals that are to be closed in this month, by the calendar of UTC. */
export const closingThisMonth = (alias: string) => `${alias}.status = 'open'
  AND ${alias}.expected_close_date >= date_trunc('month', now())::date
  AND ${alias}.expected_close_date < (date_trunc('month', now()) + interval '1 month')::date`;

/** The contacts of a deal that its reader may see, as the columns of `c` and its link `l`. */
const linked = (alias: string, scope: string) =>
  `FROM deal_contacts l JOIN contacts c ON c.id = l.contact_id
    WHERE l.deal_id = ${alias}.id AND c.deleted_at IS NULL AND ${scope}`;

export const dealResource: Resource = defineResource({
  noun: 'deal',
  plural: 'deals',
  entity: Deal,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_deals', create: 'create_deals', edit: 'edit_deals', delete: 'delete_deals' },
  scope: dealScope,
  write: {
    name: requiredText(200),
    description: optionalLines(10_000),
    amount: optionalAmount,
    currency: currency.default('USD'),
    pipeline_id: optionalId,
    stage_id: optionalId,
    stage: optionalText(50),
    probability: optionalWhole(0, 100),
    contact_id: optionalId,
    company_id: optionalId,
    owner_id: optionalId,
    assigned_to_id: optionalId,
    expected_close_date: optionalDate,
    lost_reason: optionalLines(2000).describe('Required where a deal that has none becomes lost'),
    competitor: optionalText(200),
    forecast_category: optionalChoice(FORECAST_CATEGORIES),
    notes: optionalLines(10_000),
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  input: {
    contacts: z.array(contactInput).max(100, 'Use at most 100 contacts.').default([]),
    contact_ids: z.array(z.uuid('Give a UUID.')).max(100, 'Use at most 100 contacts.').nullable().optional(),
    products: z.array(lineItemInput).max(200, 'Use at most 200 line items.').default([]),
  },
  read: {
    status: z.enum(['open', 'won', 'lost']),
    is_probability_manual: z.boolean(),
    closed_at: instant.nullable(),
    stage_entered_at: instant,
    board_position: z.number(),
  },
  computed: {
    // The column is what lists filter and sort by; read from the amount, it is right for the row as it was, too.
    weighted_amount: {
      schema: z.number(),
      sql: (alias) => `round(coalesce(${alias}.amount, 0) * ${alias}.probability / 100.0, 2)`,
      past: 'own',
    },
    stage_name: {
      schema: z.string(),
      sql: (alias) => `(SELECT s.name FROM pipeline_stages s WHERE s.id = ${alias}.stage_id)`,
    },
    days_in_stage: {
      schema: z.number().int(),
      sql: (alias) => `greatest(floor(extract(epoch FROM now() - ${alias}.stage_entered_at) / 86400), 0)::int`,
    },
    is_rotting: { schema: z.boolean(), sql: (alias) => `(${rotting(alias)}) IS TRUE` },
    contact_ids: {
      schema: z.array(z.uuid()),
      sql: (alias, scoped) => `(SELECT coalesce(json_agg(c.id ORDER BY l.position, c.id), '[]')
        ${linked(alias, scoped(contactScope, 'view_contacts', 'c'))})`,
      past: 'recorded',
    },
    contacts: {
      schema: z.array(contactView),
      sql: (alias, scoped) => `(SELECT coalesce(json_agg(json_build_object('contact_id', c.id,
          'contact_name', ${contactResource.label('c')}, 'role', l.role,
          'is_primary', c.id IS NOT DISTINCT FROM ${alias}.contact_id) ORDER BY l.position, c.id), '[]')
        ${linked(alias, scoped(contactScope, 'view_contacts', 'c'))})`,
    },
    products: { schema: z.array(lineItemView), sql: (alias) => lineItemsOf(`${alias}.id`), past: 'recorded' },
  },
  relations: {
    pipeline: { column: 'pipeline_id', target: () => pipelineResource, label: 'pipeline_name' },
    contact: { column: 'contact_id', target: () => contactResource, label: 'contact_name', isCleared: true },
    company: { column: 'company_id', target: () => companyResource, label: 'company_name', isCleared: true },
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    assigned_to: {
      column: 'assigned_to_id',
      target: () => userResource,
      label: 'assigned_to_name',
      card: USER_CARD,
      isHolder: true,
    },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: [
    'name',
    'amount',
    'currency',
    'pipeline_id',
    'stage_id',
    'stage',
    'status',
    'probability',
    'weighted_amount',
    'contact_id',
    'company_id',
    'owner_id',
    'assigned_to_id',
    'expected_close_date',
    'closed_at',
    'lost_reason',
    'competitor',
    'stage_entered_at',
    'forecast_category',
    'tags',
  ],
  filterAliases: {
    pipeline: { field: 'pipeline_id', operator: 'eq' },
    min_amount: { field: 'amount', operator: 'gte' },
    max_amount: { field: 'amount', operator: 'lte' },
  },
  computedFilters: {
    closing_this_month: {
      description: 'Open and expected to close in this month',
      sql: closingThisMonth,
    },
    is_rotting: { description: 'Longer in its stage than that allows', sql: rotting },
  },
  sorts: [
    'name',
    'amount',
    'weighted_amount',
    'probability',
    'stage',
    'status',
    'expected_close_date',
    'closed_at',
    'stage_entered_at',
    'board_position',
  ],
  isSearchable: true,
  searchedRelation: 'company',
});

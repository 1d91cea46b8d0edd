import { z } from 'zod';
import { ownedRows } from '../auth/scope.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import {
  choice,
  currency,
  customFields,
  instant,
  optionalAmount,
  optionalEmail,
  optionalId,
  optionalInstant,
  optionalPhone,
  optionalText,
  optionalWhole,
  requiredText,
  tags,
} from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Lead } from './lead.entity.ts';
import { LEAD_SOURCES } from './lead-score.ts';

const STATUSES = [
  'new',
  'contacted',
  'qualified',
  'proposal',
  'negotiation',
  'unqualified',
  'converted',
  'lost',
] as const;

const temperature = choice(['hot', 'warm', 'cold']);
const factor = z.strictObject({ factor: z.string(), points: z.number().int(), reason: z.string() });

export const leadResource: Resource = defineResource({
  noun: 'lead',
  plural: 'leads',
  entity: Lead,
  label: (alias) => `${alias}.first_name || ' ' || ${alias}.last_name`,
  permissions: { view: 'view_contacts', create: 'create_contacts', edit: 'edit_contacts', delete: 'delete_contacts' },
  scope: ownedRows(['owner_id', 'assigned_to_id']),
  write: {
    first_name: requiredText(100),
    last_name: requiredText(100),
    email: optionalEmail,
    phone: optionalPhone,
    company_name: optionalText(200),
    job_title: optionalText(150),
    lead_source: choice(LEAD_SOURCES).default('website'),
    status: choice(STATUSES).default('new').describe('converted is set by converting only'),
    priority: choice(['low', 'medium', 'high', 'urgent']).default('medium'),
    owner_id: optionalId,
    assigned_to_id: optionalId.describe('Left out or null at creation, the assignment rules decide'),
    estimated_value: optionalAmount,
    currency: currency.default('USD'),
    probability: optionalWhole(0, 100),
    last_contacted_at: optionalInstant,
    next_follow_up_at: optionalInstant,
    notes: optionalText(10_000),
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  read: {
    lead_score: z.number().int().min(0).max(100),
    score_factors: z.array(factor),
    temperature,
    converted_at: instant.nullable(),
    converted_contact_id: z.uuid().nullable(),
    converted_company_id: z.uuid().nullable(),
    converted_deal_id: z.uuid().nullable(),
  },
  computed: {
    // The column is what lists filter by; read from the score, it is right for the row as it was at an instant too.
    temperature: {
      schema: temperature,
      sql: (alias) =>
        `CASE WHEN ${alias}.lead_score >= 70 THEN 'hot' WHEN ${alias}.lead_score >= 40 THEN 'warm' ELSE 'cold' END`,
      past: 'own',
    },
    full_name: {
      schema: z.string(),
      sql: (alias) => `${alias}.first_name || ' ' || ${alias}.last_name`,
      past: 'own',
    },
  },
  relations: {
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    assigned_to: {
      column: 'assigned_to_id',
      target: () => userResource,
      label: 'assigned_to_name',
      card: USER_CARD,
      isHolder: true,
    },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
    converted_contact: {
      column: 'converted_contact_id',
      target: () => contactResource,
      label: 'converted_contact_name',
      isCleared: true,
    },
    converted_company: {
      column: 'converted_company_id',
      target: () => companyResource,
      label: 'converted_company_name',
      isCleared: true,
    },
    converted_deal: {
      column: 'converted_deal_id',
      target: () => dealResource,
      label: 'converted_deal_name',
      isCleared: true,
    },
  },
  filters: [
    'first_name',
    'last_name',
    'email',
    'phone',
    'company_name',
    'job_title',
    'lead_source',
    'status',
    'priority',
    'owner_id',
    'assigned_to_id',
    'lead_score',
    'temperature',
    'estimated_value',
    'currency',
    'probability',
    'last_contacted_at',
    'next_follow_up_at',
    'converted_at',
    'converted_contact_id',
    'converted_company_id',
    'converted_deal_id',
    'tags',
  ],
  sorts: [
    'first_name',
    'last_name',
    'email',
    'company_name',
    'status',
    'lead_source',
    'lead_score',
    'estimated_value',
    'last_contacted_at',
    'next_follow_up_at',
    'converted_at',
  ],
  isSearchable: true,
  refusesDuplicates: true,
});

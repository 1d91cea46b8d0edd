import { z } from 'zod';
import { companyResource } from '../companies/company.resource.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import {
  addressFields,
  choice,
  customFields,
  email,
  externalIds,
  instant,
  optionalChoice,
  optionalEmail,
  optionalId,
  optionalLines,
  optionalPhone,
  optionalText,
  optionalUrl,
  requiredText,
  scalarMap,
  tags,
} from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Contact } from './contact.entity.ts';
import { contactScope } from './contact.scope.ts';

const emails = z
  .array(
    z.strictObject({ value: email, type: requiredText(20).default('work'), is_primary: z.boolean().default(false) }),
  )
  .max(20, 'Use at most 20 addresses.');
const phones = z
  .array(
    z.strictObject({
      value: requiredText(50),
      type: requiredText(20).default('work'),
      is_primary: z.boolean().default(false),
    }),
  )
  .max(20, 'Use at most 20 numbers.');

export const contactResource: Resource = defineResource({
  noun: 'contact',
  plural: 'contacts',
  entity: Contact,
  label: (alias) => `${alias}.first_name || ' ' || ${alias}.last_name`,
  permissions: { view: 'view_contacts', create: 'create_contacts', edit: 'edit_contacts', delete: 'delete_contacts' },
  scope: contactScope,
  write: {
    first_name: requiredText(100),
    last_name: requiredText(100),
    salutation: optionalChoice(['mr', 'mrs', 'ms', 'dr', 'prof']),
    email: optionalEmail,
    emails: emails.default([]),
    phones: phones.default([]),
    phone: optionalPhone,
    mobile: optionalPhone,
    company_id: optionalId,
    job_title: optionalText(150),
    department: optionalText(150),
    ...addressFields,
    contact_type: choice(['customer', 'prospect', 'vendor', 'partner']).default('prospect'),
    status: choice(['active', 'inactive', 'lead']).default('active'),
    source: optionalText(100),
    owner_id: optionalId,
    assigned_to_id: optionalId,
    website: optionalUrl,
    linkedin: optionalUrl,
    twitter: optionalText(500),
    notes: optionalLines(10_000),
    do_not_email: z.boolean().default(false),
    consent: scalarMap.default({}),
    external_ids: externalIds.default({}),
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  extraInput: { company: optionalText(200).describe('The name of a company, which is found or made') },
  read: { last_contacted_at: instant.nullable() },
  computed: {
    full_name: {
      schema: z.string(),
      sql: (alias) => `${alias}.first_name || ' ' || ${alias}.last_name`,
      past: 'own',
    },
  },
  relations: {
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
    'first_name',
    'last_name',
    'salutation',
    'email',
    'phone',
    'mobile',
    'company_id',
    'job_title',
    'department',
    'city',
    'state',
    'postal_code',
    'country',
    'contact_type',
    'status',
    'source',
    'owner_id',
    'assigned_to_id',
    'do_not_email',
    'last_contacted_at',
    'tags',
  ],
  sorts: [
    'first_name',
    'last_name',
    'email',
    'job_title',
    'city',
    'country',
    'status',
    'contact_type',
    'last_contacted_at',
  ],
  isSearchable: true,
  searchedRelation: 'company',
  unique: ['email'],
  refusesDuplicates: true,
});

import { z } from 'zod';
import { ownedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { toAsciiDomain } from '../http/domain-name.ts';
import {
  addressFields,
  choice,
  currency,
  customFields,
  optionalChoice,
  optionalId,
  optionalLines,
  optionalMoney,
  optionalPhone,
  optionalText,
  optionalUrl,
  requiredText,
  tags,
} from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Company } from './company.entity.ts';
import { companyFigures } from './company-figures.ts';

/** `https://www.Acme.com/about` and `acme.com` are one domain. */
function findDomain(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/?#:].*$/, '')
    .replace(/\.$/, '');
}

const domain = z
  .preprocess(
    (value) => (typeof value === 'string' ? (value.trim() === '' ? null : findDomain(value)) : value),
    z
      .string()
      .overwrite((name) => toAsciiDomain(name) ?? name)
      .refine((name) => toAsciiDomain(name) === name, 'Enter a valid domain such as acme.com.')
      .nullable(),
  )
  .optional();

export const companyResource: Resource = defineResource({
  noun: 'company',
  plural: 'companies',
  entity: Company,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_contacts', create: 'create_contacts', edit: 'edit_contacts', delete: 'delete_contacts' },
  scope: ownedRows(['owner_id']),
  write: {
    name: requiredText(200),
    domain,
    industry: optionalText(100),
    size: optionalChoice(['1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000', '5001+']),
    annual_revenue: optionalMoney,
    currency: currency.default('USD'),
    phone: optionalPhone,
    website: optionalUrl,
    linkedin_url: optionalUrl,
    description: optionalLines(10_000),
    ...addressFields,
    company_type: choice(['prospect', 'customer', 'partner', 'competitor', 'vendor', 'other']).default('prospect'),
    owner_id: optionalId,
    parent_id: optionalId,
    tags: tags.default([]),
    custom_fields: customFields.default({}),
  },
  computed: companyFigures,
  relations: {
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    parent: { column: 'parent_id', target: () => companyResource, label: 'parent_name', isCleared: true },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: [
    'name',
    'domain',
    'industry',
    'size',
    'annual_revenue',
    'currency',
    'phone',
    'city',
    'state',
    'postal_code',
    'country',
    'company_type',
    'owner_id',
    'parent_id',
    'tags',
  ],
  sorts: ['name', 'domain', 'industry', 'annual_revenue', 'city', 'country', 'company_type'],
  isSearchable: true,
  unique: ['domain'],
});

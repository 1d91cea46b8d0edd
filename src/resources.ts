import { companyResource } from './companies/company.resource.ts';
import { contactResource } from './contacts/contact.resource.ts';
import type { Resource } from './crud/resource.ts';
import { notificationResource } from './notifications/notification.resource.ts';
import { roleResource } from './roles/role.resource.ts';
import { teamResource } from './teams/team.resource.ts';
import { userResource } from './users/user.resource.ts';

/** LIST of every noun whose list may be kept as a saved view; those with a `custom_fields` column may be given fields. */
export const resources: readonly Resource[] = [
  contactResource,
  companyResource,
  userResource,
  teamResource,
  roleResource,
  notificationResource,
];

/** The noun by its plural; `undefined` where there is none. */
export function findResource(plural: string): Resource | undefined {
  return resources.find((resource) => resource.plural === plural);
}

/** The nouns that may be given custom fields, in the plural. */
export const extensibleNouns: readonly string[] = resources
  .filter((resource) => resource.columns.has('custom_fields'))
  .map((resource) => resource.plural);

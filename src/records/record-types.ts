import { findRowAccess, holdsPermission, type ScopeRule } from '../auth/scope.ts';
import { eventResource } from '../calendar/event.resource.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Resource } from '../crud/resource.ts';
import { dealResource } from '../deals/deal.resource.ts';
import { leadResource } from '../leads/lead.resource.ts';
import { taskResource } from '../tasks/task.resource.ts';

/** LIST of the nouns that comments, activities and follows can be about. */
export const recordResources: readonly Resource[] = [
  contactResource,
  companyResource,
  leadResource,
  dealResource,
  taskResource,
  eventResource,
];

export const recordNouns = recordResources.map((resource) => resource.noun) as [string, ...string[]];

export function findRecordResource(noun: string): Resource | undefined {
  return recordResources.find((resource) => resource.noun === noun);
}

/**
 * Rows about records that the caller may read: each kind of record by its own permission and its own rule, so that a
 * comment or a line of the feed is never wider than what it is about.
 */
export const rowsAboutRecords: ScopeRule = ({ principal }, alias, bind) => {
  if (principal.permissions === null) return null;
  const kinds = recordResources.flatMap((resource) => {
    const { view } = resource.permissions;
    if (!holdsPermission(principal, view)) return [];
    const isKind = `${alias}.target_type = '${resource.noun}'`;
    const rule = resource.scope(findRowAccess(principal, view), 'target', bind);
    if (rule === null) return [isKind];
    // A value rather than EXISTS, of which PostgreSQL would make a table of all that the caller may read.
    return [
      `${isKind} AND (SELECT TRUE FROM ${resource.plural} target WHERE target.id = ${alias}.target_id AND ${rule})`,
    ];
  });
  return kinds.length > 0 ? `(${kinds.map((kind) => `(${kind})`).join(' OR ')})` : 'FALSE';
};

import { z } from 'zod';
import type { ScopeRule } from '../auth/scope.ts';
import { contactScope } from '../contacts/contact.scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { optionalText, requiredText } from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { ContactGroup } from './contact-group.entity.ts';

const READER_LEVEL = 1;

/** One's own groups and those that others share; all of them for whoever works on everybody's rows, not only reads. */
const ownAndShared: ScopeRule = (access, alias, bind) => {
  if (access.user_ids === null && access.principal.level > READER_LEVEL) return null;
  const me = bind(access.user_id);
  return `(${alias}.is_shared OR ${alias}.owner_id = ${me} OR ${alias}.created_by_id = ${me})`;
};

export const contactGroupResource: Resource = defineResource({
  noun: 'contact_group',
  plural: 'contact_groups',
  entity: ContactGroup,
  label: (alias) => `${alias}.name`,
  // Who may change contacts may put them into groups of their own, and do away with those.
  permissions: { view: 'view_contacts', create: 'edit_contacts', edit: 'edit_contacts', delete: 'edit_contacts' },
  scope: ownAndShared,
  write: {
    name: requiredText(100),
    description: optionalText(2000),
    is_dynamic: z.boolean().default(false).describe('Its contacts are those that its filters find'),
    filters: z
      .record(z.string().max(80), z.string().max(2000))
      .refine((map) => Object.keys(map).length <= 30, 'Use at most 30 filters.')
      .default({})
      .describe('Of a dynamic group: filters and search as the list of contacts takes them'),
    is_shared: z.boolean().default(false).describe('Others see it, too'),
  },
  read: { owner_id: z.uuid().nullable() },
  computed: {
    contacts_count: {
      schema: z.number().int().describe('As far as the caller may read them'),
      // Those of a dynamic group are counted by the service, which knows its filters.
      sql: (alias, scoped) =>
        `(SELECT count(*) FROM contact_group_members m JOIN contacts c ON c.id = m.contact_id
          WHERE m.group_id = ${alias}.id AND c.deleted_at IS NULL AND ${scoped(contactScope, 'view_contacts', 'c')})`,
    },
  },
  relations: {
    owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD, isHolder: true },
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: ['name', 'is_dynamic', 'is_shared', 'owner_id'],
  sorts: ['name'],
});

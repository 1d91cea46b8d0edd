import { z } from 'zod';
import { holdsPermission, type ScopeRule } from '../auth/scope.ts';
import { suggestName } from '../core/nearest.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { optionalText, requiredText } from '../http/fields.ts';
import { findResource, resources } from '../resources.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { SavedView } from './saved-view.entity.ts';

const nouns = resources.map(({ plural }) => plural);

const noun = z.string().refine((plural) => findResource(plural) !== undefined, {
  error: ({ input }) => `No such noun.${suggestName(String(input), nouns)}`,
});

/** A parameter as it stands in an address, whatever it was given as. */
const parameter = z.union([z.string().max(2000), z.number(), z.boolean()]).transform(String);

const filters = z
  .record(z.string().max(120), parameter)
  .refine((map) => Object.keys(map).length <= 40, 'Use at most 40 filters.');

/** One's own, and those that others share with whoever may view what they list. */
const ownOrShared: ScopeRule = ({ user_id, principal }, alias, bind) => {
  const viewable = resources.filter((each) => holdsPermission(principal, each.permissions.view));
  return `(${alias}.owner_id = ${bind(user_id)} OR (${alias}.is_shared AND ${alias}.deleted_at IS NULL
    AND ${alias}.entity = ANY(${bind(viewable.map(({ plural }) => plural))}::text[])))`;
};

export const savedViewResource: Resource = defineResource({
  noun: 'saved_view',
  plural: 'saved_views',
  entity: SavedView,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: ownOrShared,
  write: {
    entity: noun.describe('The noun whose list it is, in the plural'),
    name: requiredText(100),
    filters: filters.default({}).describe('Parameters of the list with their values'),
    ordering: optionalText(500),
    columns: z.array(z.string().max(60)).max(100, 'Use at most 100 columns.').default([]),
    is_shared: z.boolean().default(false).describe('Whether others read it who may view the noun'),
  },
  read: { owner_id: z.uuid() },
  relations: { owner: { column: 'owner_id', target: () => userResource, label: 'owner_name', card: USER_CARD } },
  filters: ['entity', 'name', 'is_shared', 'owner_id'],
  sorts: ['name', 'entity'],
});

import { z } from 'zod';
import { personalRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { choice, requiredText } from '../http/fields.ts';
import { searchTypes } from '../search/search-types.ts';
import { SavedSearch } from './saved-search.entity.ts';

const nouns = searchTypes.map(({ resource }) => resource.noun) as [string, ...string[]];

export const savedSearchResource: Resource = defineResource({
  noun: 'saved_search',
  plural: 'saved_searches',
  entity: SavedSearch,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'signed-in', create: 'signed-in', edit: 'signed-in', delete: 'signed-in' },
  scope: personalRows,
  write: {
    name: requiredText(100),
    q: requiredText(200),
    entity_types: z.array(choice(nouns)).max(nouns.length).default([]).describe('Empty: everything'),
  },
  read: { user_id: z.uuid() },
  filters: ['name'],
  sorts: ['name'],
});

import type { Filter } from 'adminjs';
import { fieldError } from '../src/core/errors.ts';
import type { Resource } from '../src/crud/resource.ts';
import { findChoices } from './field-shape.ts';
import { hasTrash, type Presentation, TRASH_FILTER } from './presentation.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;

/** AdminJS's filters in the grammar of REST lists, whose parser then refuses what is unknown or does not fit. */
export function readFilter(presentation: Presentation, filter: Filter): Record<string, string> {
  const { resource } = presentation.service;
  const query: Record<string, string> = {};
  for (const { path, value } of Object.values(filter.filters)) {
    if (path === TRASH_FILTER && hasTrash(presentation)) {
      query[path] = String(value);
      continue;
    }
    const isTitle = path === presentation.title && !resource.filters.includes(path);
    // Without this a filter could name any other control of the list, such as its size.
    if (!isTitle && !resource.filters.includes(path)) throw fieldError(path, 'unknown_filter', 'No such filter.');
    if (typeof value === 'object' && value !== null) {
      if (resource.columns.get(path) === 'date') {
        if (value.from) query[`${path}__gte`] = dayOf(value.from);
        if (value.to) query[`${path}__lte`] = dayOf(value.to);
        continue;
      }
      if (value.from) query[`${path}__gte`] = String(value.from);
      // A day that is named as the end belongs to the range.
      if (value.to) query[`${path}__lte`] = DAY.test(value.to) ? `${value.to}T23:59:59.999Z` : String(value.to);
    } else if (isTitle) {
      Object.assign(query, readTitle(presentation, String(value)));
    } else {
      query[isFreeText(resource, path) ? `${path}__contains` : path] = String(value);
    }
  }
  return query;
}

/** The calendar names a day with the moment at which it begins. */
function dayOf(value: unknown): string {
  return String(value).replace(/T.*$/, '');
}

/** The title of some nouns is made of several columns: looked for by words, or in the first of those columns. */
function readTitle({ service, search = [] }: Presentation, words: string): Record<string, string> {
  if (service.resource.isSearchable) return { search: words };
  if (words.includes('@')) return { email__contains: words };
  const [first = '', ...rest] = words.trim().split(/\s+/);
  const [firstField = 'id', secondField] = search;
  return rest.length > 0 && secondField
    ? { [`${firstField}__contains`]: first, [`${secondField}__contains`]: rest.join(' ') }
    : { [`${firstField}__contains`]: first };
}

function isFreeText(resource: Resource, field: string): boolean {
  return resource.columns.get(field) === 'text' && findChoices(resource, field) === null;
}

import { fieldError } from '../core/errors.ts';
import { suggestName } from '../core/nearest.ts';
import { type Filter, parseFilter } from '../crud/filters.ts';
import { leadResource } from '../leads/lead.resource.ts';

export type Criteria = Record<string, string | number | boolean>;

/** Reads criteria by the grammar of the list of leads. Throws a 400 that names what is wrong. */
export function parseCriteria(criteria: Criteria): Filter[] {
  return Object.entries(criteria).map(([name, value]) => {
    const filter = parseFilter(leadResource, name, String(value));
    if (filter) return filter;
    const shown = name.slice(0, 80);
    throw fieldError(
      shown,
      'unknown_field',
      `Leads have no filter ${shown}.${suggestName(name, leadResource.filters)}`,
    );
  });
}

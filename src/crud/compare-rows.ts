import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../core/database.ts';
import type { Changes } from '../events/record.ts';
import { CUSTOM_COLUMN, compareFields } from './custom-column.ts';
import type { Resource } from './resource.ts';

/** What differs, `[before, after]` by field; of custom fields each by itself. */
export function compareRows(
  resource: Resource,
  before: Row,
  after: Row,
  fields: string[] = Object.keys(resource.write),
): Changes {
  const changes: Changes = {};
  for (const field of fields) {
    if (!resource.columns.has(field)) continue;
    if (field === CUSTOM_COLUMN) {
      Object.assign(changes, compareFields(before[field], after[field]));
      continue;
    }
    const old = before[field] ?? null;
    const next = after[field] ?? null;
    if (!isDeepStrictEqual(plain(old), plain(next))) changes[field] = [old, next];
  }
  return changes;
}

// Instants are compared as moments: a client may spell the one we print in another way.
function plain(value: unknown): unknown {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)) return Date.parse(value);
  return value;
}

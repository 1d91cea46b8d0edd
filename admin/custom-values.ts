import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../src/core/database.ts';
import type { Values } from './form-values.ts';

/**
 * The form holds every custom field that the row has: one that was taken out of it is to be cleared, and one that is as
 * it was is no change, so that somebody else may change it meanwhile.
 */
export function withChangedFields(changes: Values, current: Row): Values {
  if (changes.custom_fields === undefined) return changes;
  const before = (current.custom_fields ?? {}) as Values;
  const after = changes.custom_fields as Values;
  const cleared = Object.keys(before).filter((name) => !Object.hasOwn(after, name));
  const changed = Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(value, before[name]));
  const fields = [...changed, ...cleared.map((name): [string, unknown] => [name, null])];
  return { ...changes, custom_fields: Object.fromEntries(fields) };
}

import { printInstant } from '../instants.ts';
import { labelOf } from '../labels.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+(Z|[+-]\d\d:\d\d)$/;

/** Any value of a record as a person in this time zone reads it. Objects become one line each. */
export function printValue(value: unknown, zone: string): string {
  if (isBlank(value)) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return INSTANT.test(value) ? printInstant(value, zone) : value;
  if (Array.isArray(value)) return printList(value, zone);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${printValue(inner, zone)}`)
      .join('\n');
  }
  return String(value);
}

function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function printList(list: unknown[], zone: string): string {
  const isOfObjects = list.every((item) => typeof item === 'object' && item !== null);
  const print = (item: unknown) => (isOfObjects ? printEntry(item as object, zone) : printValue(item, zone));
  return list.map(print).join(isOfObjects ? '\n' : ', ');
}

/** `{ value: 'a@b.example', type: 'work', is_primary: true }` as "a@b.example, work, primary". */
function printEntry(entry: object, zone: string): string {
  // The database keeps shorter names first; what the entry is about comes before what is said of it.
  const { value, ...rest } = entry as Record<string, unknown>;
  const words = Object.entries(value === undefined ? rest : { value, ...rest }).map(([name, inner]) => {
    if (typeof inner === 'boolean') return inner ? labelOf(name).toLowerCase() : '';
    return printValue(inner, zone);
  });
  return words.filter((word) => word !== '').join(', ');
}

import { labelOf } from '../labels.ts';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+(Z|[+-]\d\d:\d\d)$/;

/** Any value of a record as a person reads it. Objects become one line each. */
export function printValue(value: unknown): string {
  if (isBlank(value)) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string') return INSTANT.test(value) ? new Date(value).toLocaleString() : value;
  if (Array.isArray(value)) return printList(value);
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([name, inner]) => `${name}: ${printValue(inner)}`)
      .join('\n');
  }
  return String(value);
}

function isBlank(value: unknown): boolean {
  if (value === null || value === undefined || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function printList(list: unknown[]): string {
  const isOfObjects = list.every((item) => typeof item === 'object' && item !== null);
  return isOfObjects ? list.map((item) => printEntry(item as object)).join('\n') : list.map(printValue).join(', ');
}

/** `{ value: 'a@b.example', type: 'work', is_primary: true }` as "a@b.example, work, primary". */
function printEntry(entry: object): string {
  // The database keeps shorter names first; what the entry is about comes before what is said of it.
  const { value, ...rest } = entry as Record<string, unknown>;
  const words = Object.entries(value === undefined ? rest : { value, ...rest }).map(([name, inner]) => {
    if (typeof inner === 'boolean') return inner ? labelOf(name).toLowerCase() : '';
    return printValue(inner);
  });
  return words.filter((word) => word !== '').join(', ');
}

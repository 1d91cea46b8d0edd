import type { Resource } from '../src/crud/resource.ts';

type Params = Record<string, unknown>;

/**
 * The fields of a submitted form as the resource's shapes want them. A form sends text for everything and sends fields
 * that nobody may write; those are left out here and would be refused by the service.
 */
export function readForm(resource: Resource, form: Params): Params {
  const input: Params = {};
  for (const [name, value] of Object.entries(form)) {
    if (!Object.hasOwn(resource.write, name)) continue;
    const kind = resource.columns.get(name);
    if (kind === 'json') continue;
    if (kind === 'number') input[name] = readNumber(value);
    else if (kind === 'boolean') input[name] = value === true || value === 'true' || value === 'on';
    else if (kind === 'list') input[name] = readList(value);
    else input[name] = value ?? '';
  }
  return input;
}

function readNumber(value: unknown): unknown {
  if (value === '' || value === null || value === undefined) return null;
  const number = Number(value);
  return Number.isNaN(number) ? value : number;
}

function readList(value: unknown): unknown {
  if (typeof value === 'string') return value.split(',').map((item) => item.trim()).filter(Boolean);
  return Array.isArray(value) ? value.filter((item) => item !== '') : [];
}

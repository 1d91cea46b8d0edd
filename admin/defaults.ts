import type { Resource } from '../src/crud/resource.ts';
import type { Values } from './form-values.ts';

/** What the form for a new row holds when it is opened: the defaults that a person sees, not empty lists and maps. */
export function createDefaults(resource: Resource, fields: readonly string[]): Values {
  const pairs = fields.map((name) => [name, defaultOf(resource, name)] as const);
  return Object.fromEntries(
    pairs.filter(([, value]) => value !== undefined && value !== '' && typeof value !== 'object'),
  );
}

/** Without what is empty in fields that have a default: there nobody chose anything. */
export function withoutBlanks(resource: Resource, values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(
      ([name, value]) => (value !== '' && value !== null) || defaultOf(resource, name) === undefined,
    ),
  );
}

function defaultOf(resource: Resource, name: string): unknown {
  const parsed = resource.write[name]?.safeParse(undefined);
  return parsed?.success ? parsed.data : undefined;
}

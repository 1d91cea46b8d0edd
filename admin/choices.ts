import type { Resource } from '../src/crud/resource.ts';

/** The values that a field allows; `null` when it is not a choice. */
export function choicesOf(resource: Resource, field: string): string[] | null {
  let schema: unknown = resource.write[field];
  while (schema && typeof schema === 'object') {
    if ('options' in schema && Array.isArray(schema.options) && schema.options.every((each) => typeof each === 'string')) {
      return schema.options as string[];
    }
    const definition = (schema as { def?: { innerType?: unknown; out?: unknown } }).def;
    schema = definition?.innerType ?? definition?.out;
  }
  return null;
}

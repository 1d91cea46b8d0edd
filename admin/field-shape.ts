import { z } from 'zod';
import type { Resource } from '../src/crud/resource.ts';
import { currency, optionalCountry, timeZone } from '../src/http/fields.ts';
import { localeTag } from '../src/users/user.resource.ts';
import type { CodeKind } from './codes.ts';
import type { EntryColumn, FieldShape, ValueKind } from './json-field.ts';
import { labelOf } from './labels.ts';

/** How a JSON field is edited, read from the shape that its values must have; `null` for one of another form. */
export function describeShape(schema: z.ZodType): FieldShape | null {
  const core = coreOf(schema);
  if (core instanceof z.ZodRecord) return { kind: 'pairs', kinds: [...new Set(kindsOf(core.valueType))] };
  const entry = core instanceof z.ZodArray ? coreOf(core.element) : null;
  if (!(entry instanceof z.ZodObject)) return null;
  // An entry's own id is kept and sent back but tells a person nothing, and beside a name neither does another id.
  const isNamed = (name: string) => name === 'id' || name.replace(/_id$/, '_name') in entry.shape;
  const fields = Object.entries(entry.shape).filter(([name]) => !name.endsWith('id') || !isNamed(name));
  return { kind: 'entries', columns: fields.map(([name, field]) => describeColumn(name, field)) };
}

/** The values that a field allows; `null` when it is not a choice. */
export function findChoices(resource: Resource, name: string): string[] | null {
  return choicesOf(resource.write[name]);
}

/** The standard whose codes a field holds; it is known by its very schema, so the next noun needs no line. */
export function findCodeKind(schema: unknown): CodeKind | null {
  if (schema === optionalCountry) return 'country';
  if (schema === currency) return 'currency';
  if (schema === timeZone) return 'timezone';
  if (schema === localeTag) return 'locale';
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? findCodeKind(schema.unwrap()) : null;
}

function describeColumn(name: string, schema: z.core.$ZodType): EntryColumn {
  const core = coreOf(schema);
  const choices = choicesOf(schema);
  const absent = z.safeParse(schema, undefined);
  return {
    name,
    label: labelOf(name),
    kind: choices
      ? 'choice'
      : core instanceof z.ZodBoolean
        ? 'boolean'
        : core instanceof z.ZodNumber
          ? 'number'
          : 'text',
    choices: (choices ?? []).map((value) => ({ value, label: labelOf(value) })),
    initial: absent.success ? (absent.data ?? '') : '',
    isRequired: !absent.success,
  };
}

function kindsOf(schema: z.core.$ZodType): ValueKind[] {
  const core = coreOf(schema);
  if (core instanceof z.ZodUnion) return core.options.flatMap(kindsOf);
  if (core instanceof z.ZodNumber) return ['number'];
  if (core instanceof z.ZodBoolean) return ['boolean'];
  if (core instanceof z.ZodArray) return ['list'];
  return [core instanceof z.ZodNull ? 'null' : 'text'];
}

function choicesOf(schema: unknown): string[] | null {
  const core = coreOf(schema);
  return core instanceof z.ZodEnum ? (core.options as string[]) : null;
}

/** What a schema holds inside: without defaults, without what may be left out, before or after a transformation. */
function coreOf(schema: unknown): unknown {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
    return coreOf(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return coreOf(schema.out instanceof z.ZodTransform ? schema.in : schema.out);
  return schema;
}

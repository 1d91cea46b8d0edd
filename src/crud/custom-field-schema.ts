import { z } from 'zod';
import type { FieldDefinitions } from '../core/ctx.ts';
import type { FieldDefinition } from '../core/field-definitions.ts';
import type { DescribeCustomFields } from '../http/openapi.ts';
import { choicesOf, kindOf, schemaOf } from './custom-field-kinds.ts';

type Json = Record<string, unknown>;

/** What the documents say of the custom fields of each noun, by the definitions of this installation. */
export function describeFieldsOf(definitions: FieldDefinitions): DescribeCustomFields {
  return (entity, io, isWhole) => {
    const fields = [...definitions.of(entity).active.values()];
    const needed = fields.filter((field) => isWhole && field.required && isAbsent(field.default));
    return {
      type: 'object',
      properties: Object.fromEntries(fields.map((field) => [field.name, describeField(field, io)])),
      ...(needed.length > 0 ? { required: needed.map(({ name }) => name) } : {}),
      additionalProperties: false,
    };
  };
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

function describeField(field: FieldDefinition, io: 'input' | 'output'): Json {
  const facts = { title: field.label, 'x-field-type': field.field_type, 'x-required': field.required };
  const schema = describeValue(field);
  return io === 'output' || field.required ? { ...schema, ...facts } : { anyOf: [schema, { type: 'null' }], ...facts };
}

function describeValue(field: FieldDefinition): Json {
  if (kindOf(field).hasChoices) {
    const choice = { type: 'string', enum: choicesOf(field).map(({ value }) => value) };
    return field.field_type === 'select' ? choice : { type: 'array', items: choice, uniqueItems: true };
  }
  if (field.field_type === 'datetime') return { type: 'string', format: 'date-time' };
  const { $schema: _, ...schema } = z.toJSONSchema(schemaOf(field), { io: 'input', unrepresentable: 'any' }) as Json;
  return schema;
}

import { z } from 'zod';
import { sharedRows } from '../auth/scope.ts';
import { FIELD_TYPES } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { choice, instant, optionalText, requiredText } from '../http/fields.ts';
import { extensibleNouns } from '../resources.ts';
import { CustomField } from './custom-field.entity.ts';

export const nounWithFields = z.string().refine((noun) => extensibleNouns.includes(noun), {
  error: ({ input }) => `No such noun with custom fields.${suggestName(String(input), extensibleNouns)}`,
});

const fullChoice = z.strictObject({
  value: requiredText(100).regex(/^[^,]*$/, 'A value holds no comma, which stands between the values of a filter.'),
  label: optionalText(100),
  color: optionalText(30),
  is_active: z.boolean().default(true),
});
const choiceInput = z.union([fullChoice.shape.value.transform((value) => fullChoice.parse({ value })), fullChoice]);

const limit = z
  .number()
  .min(-(10 ** 15))
  .max(10 ** 15);

/** Choices of a select, as a list; of the others what bounds them. */
const options = z.union(
  [
    z
      .array(choiceInput)
      .max(500, 'Give at most 500 choices.')
      .transform((choices) =>
        choices.map(({ value, label, color, is_active }) => ({
          value,
          label: label ?? value,
          color: color ?? null,
          is_active,
        })),
      ),
    z.strictObject({
      entity: nounWithFields.optional(),
      min: limit.optional(),
      max: limit.optional(),
      max_length: z.number().int().min(1).max(10_000).optional(),
    }),
  ],
  'Give a list of choices, or an object with entity, min, max or max_length.',
);

const value = z.union([
  z.string().max(10_000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(100)).max(100),
  z.null(),
]);

export const customFieldResource: Resource = defineResource({
  noun: 'custom_field',
  plural: 'custom_fields',
  entity: CustomField,
  label: (alias) => `${alias}.label`,
  permissions: { view: 'signed-in', create: 'manage_settings', edit: 'manage_settings', delete: 'manage_settings' },
  scope: sharedRows,
  write: {
    entity: nounWithFields.describe('The noun that has it, in the plural'),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,40}$/, 'Use at most 41 lower-case letters, digits and _, a letter first.')
      .refine((name) => name !== 'constructor' && name !== 'prototype', 'This name is reserved.'),
    label: requiredText(100),
    field_type: choice(FIELD_TYPES),
    options: options.default({}),
    required: z.boolean().default(false),
    default: value.optional().describe('What a new row holds where nothing is given'),
    unique: z.boolean().default(false),
    is_filterable: z
      .boolean()
      .default(false)
      .describe('Whether lists filter and order by it, for which it gets an index'),
    position: z.number().int().min(0).max(100_000).default(0),
    is_active: z.boolean().default(true),
  },
  read: {
    index_status: z.enum(['none', 'building', 'ready', 'failed']),
    index_error: z.string().nullable(),
    purge_requested_at: instant.nullable(),
  },
  filters: [
    'entity',
    'name',
    'label',
    'field_type',
    'required',
    'unique',
    'is_filterable',
    'is_active',
    'index_status',
  ],
  sorts: ['entity', 'name', 'label', 'field_type', 'position'],
});

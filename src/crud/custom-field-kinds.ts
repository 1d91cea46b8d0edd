import { z } from 'zod';
import type { FieldChoice, FieldDefinition, FieldLimits, FieldType } from '../core/field-definitions.ts';
import { email, lines, optionalMoney, optionalPhone, optionalUrl, requiredText } from '../http/fields.ts';
import type { ColumnKind } from './resource.ts';

/** What a type of custom field means to the rest: its values, how they are compared, and what may be asked of them. */
export interface FieldKind {
  /** As a filter reads it. */
  kind: ColumnKind;
  /** The shape of a value that is there. */
  schema: (definition: Pick<FieldDefinition, 'field_type' | 'options'>) => z.ZodType;
  /** Which limits its options may set. */
  limits: readonly (keyof FieldLimits)[];
  hasChoices?: boolean;
  isFilterable: boolean;
  isSortable: boolean;
  canBeUnique: boolean;
}

/** Longer texts fit no index. */
export const MAX_TEXT = 500;
const MAX_LONG_TEXT = 10_000;
/** As many digits as a JSON number carries to and fro without loss. */
const MAX_DIGITS = 15;
const MAX_WHOLE = 10 ** MAX_DIGITS - 1;

const PLAIN = { limits: [], isFilterable: true, isSortable: true, canBeUnique: true } as const;
const REFERENCE = {
  ...PLAIN,
  kind: 'uuid',
  schema: () => z.uuid('Give a UUID.').toLowerCase(),
  isSortable: false,
} as const;

export const FIELD_KINDS: Record<FieldType, FieldKind> = {
  text: {
    ...PLAIN,
    kind: 'text',
    schema: (field) => requiredText(limitsOf(field).max_length ?? MAX_TEXT),
    limits: ['max_length'],
  },
  long_text: {
    kind: 'text',
    schema: (field) => lines(limitsOf(field).max_length ?? MAX_LONG_TEXT),
    limits: ['max_length'],
    isFilterable: false,
    isSortable: false,
    canBeUnique: false,
  },
  integer: {
    ...PLAIN,
    kind: 'number',
    schema: (field) => within(field, z.int('Give a whole number.')),
    limits: ['min', 'max'],
  },
  decimal: { ...PLAIN, kind: 'number', schema: (field) => within(field, decimal), limits: ['min', 'max'] },
  currency: {
    ...PLAIN,
    kind: 'number',
    // An amount in the currency of its row.
    schema: (field) =>
      within(field, z.number('Give a number.').refine(isMoney, 'Use at most two decimals and twelve digits.')),
    limits: ['min', 'max'],
  },
  boolean: { ...PLAIN, kind: 'boolean', schema: () => z.boolean('Give true or false.'), canBeUnique: false },
  date: {
    ...PLAIN,
    kind: 'date',
    schema: () => z.iso.date('Give a date, YYYY-MM-DD.').refine(isOnCalendar, 'There is no such day.'),
  },
  datetime: { ...PLAIN, kind: 'instant', schema: () => instant },
  select: { ...PLAIN, kind: 'text', schema: (field) => choiceOf(field), hasChoices: true },
  multi_select: {
    kind: 'list',
    schema: (field) =>
      z
        .array(choiceOf(field))
        .max(100, 'Choose at most 100.')
        .transform((values) => [...new Set(values)]),
    limits: [],
    hasChoices: true,
    isFilterable: true,
    isSortable: false,
    canBeUnique: false,
  },
  url: { ...PLAIN, kind: 'text', schema: () => optionalUrl.unwrap() },
  email: { ...PLAIN, kind: 'text', schema: () => email },
  phone: { ...PLAIN, kind: 'text', schema: () => optionalPhone.unwrap() },
  user: REFERENCE,
  relation: { ...REFERENCE, limits: ['entity'] },
};

export function kindOf(field: Pick<FieldDefinition, 'field_type'>): FieldKind {
  return FIELD_KINDS[field.field_type];
}

const schemas = new WeakMap<FieldDefinition, z.ZodType>();

/** The shape of a value of this field that is there, made once for each definition. */
export function schemaOf(field: FieldDefinition): z.ZodType {
  let schema = schemas.get(field);
  if (!schema) {
    schema = kindOf(field).schema(field);
    schemas.set(field, schema);
  }
  return schema;
}

/** The noun to whose rows a value of this field leads, where it is one that does. */
export function targetOf(field: Pick<FieldDefinition, 'field_type' | 'options'>): string | null {
  if (field.field_type === 'user') return 'users';
  return field.field_type === 'relation' ? (limitsOf(field).entity ?? null) : null;
}

export function choicesOf(field: Pick<FieldDefinition, 'options'>): FieldChoice[] {
  return Array.isArray(field.options) ? field.options : [];
}

export function limitsOf(field: Pick<FieldDefinition, 'options'>): FieldLimits {
  return Array.isArray(field.options) ? {} : field.options;
}

const decimal = z
  .number('Give a number.')
  .min(-MAX_WHOLE, 'Too small.')
  .max(MAX_WHOLE, 'Too large.')
  .refine(isExact, 'Use at most six decimals and fifteen digits.');

function isExact(value: number): boolean {
  const [, whole = '', part = ''] = /^-?(\d+)(?:\.(\d{1,6}))?$/.exec(String(value)) ?? [];
  return whole !== '' && whole.replace(/^0+/, '').length + part.length <= MAX_DIGITS;
}

function isMoney(value: number): boolean {
  return optionalMoney.safeParse(value).success;
}

function within(field: Pick<FieldDefinition, 'options'>, schema: z.ZodNumber): z.ZodType {
  const { min = -MAX_WHOLE, max = MAX_WHOLE } = limitsOf(field);
  return schema.min(min, `Give at least ${min}.`).max(max, `Give at most ${max}.`);
}

/** What a row already holds is let through elsewhere, so only choices that are offered still are good here. */
function choiceOf(field: Pick<FieldDefinition, 'options'>): z.ZodType<string> {
  const offered = choicesOf(field).filter((each) => each.is_active);
  const valid = new Set(offered.map((each) => each.value));
  return z.string().refine((value) => valid.has(value), `Choose one of ${[...valid].join(', ')}.`);
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?)?$/;

/** To one spelling, in which the order of the texts is the order in time. One without a zone is UTC. */
const instant = z.string().transform((text, issues) => {
  const hasZone = /T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T');
  const moment = new Date(INSTANT.test(text) ? (hasZone ? text : `${text}Z`) : Number.NaN);
  const year = moment.getUTCFullYear();
  if (year >= 1 && year <= 9999 && isOnCalendar(text.slice(0, 10))) return moment.toISOString();
  issues.addIssue({ code: 'custom', message: 'Give an instant, ISO 8601.', params: { code: 'invalid_datetime' } });
  return z.NEVER;
});

/** `Date` turns 31 February into 3 March. */
function isOnCalendar(date: string): boolean {
  const day = new Date(date);
  return !Number.isNaN(day.getTime()) && day.getUTCFullYear() >= 1 && day.toISOString().startsWith(date);
}

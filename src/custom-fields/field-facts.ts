import { fieldError } from '../core/errors.ts';
import type { FieldChoice, FieldDefinition, FieldLimits } from '../core/field-definitions.ts';
import { choicesOf, FIELD_KINDS, kindOf, limitsOf, MAX_TEXT } from '../crud/custom-field-kinds.ts';
import { explainIssue } from '../http/issues.ts';

/** The part of a definition that must fit together. */
export type FieldFacts = Pick<
  FieldDefinition,
  'field_type' | 'options' | 'required' | 'default' | 'unique' | 'is_filterable'
>;

/** Throws a 400 at what does not fit its type. Answers the default as a row would hold it. */
export function checkFacts(field: FieldFacts): unknown {
  const kind = kindOf(field);
  if (kind.hasChoices) checkChoices(field);
  else checkLimits(field);
  if (field.unique && !kind.canBeUnique) {
    throw fieldError('unique', 'invalid', `A ${field.field_type} cannot be unique.`);
  }
  if (field.is_filterable && !kind.isFilterable) {
    throw fieldError('is_filterable', 'invalid', `A ${field.field_type} cannot be filtered by.`);
  }
  return checkDefault(field);
}

function checkChoices(field: FieldFacts): void {
  if (!Array.isArray(field.options)) throw fieldError('options', 'invalid', 'Give the choices as a list.');
  const values = field.options.map((choice) => choice.value);
  if (!field.options.some((choice) => choice.is_active)) {
    throw fieldError('options', 'required', 'Give at least one choice.');
  }
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw fieldError('options', 'repeated', `The choice ${twice} stands there twice.`);
}

function checkLimits(field: FieldFacts): void {
  if (Array.isArray(field.options)) {
    throw fieldError('options', 'invalid', `A ${field.field_type} has no choices: give an object.`);
  }
  const { limits } = FIELD_KINDS[field.field_type];
  for (const name of Object.keys(field.options) as (keyof FieldLimits)[]) {
    if (limits.includes(name)) continue;
    throw fieldError(`options.${name}`, 'unknown_field', `A ${field.field_type} has no ${name}.`);
  }
  const { entity, min, max, max_length } = limitsOf(field);
  if (field.field_type === 'relation' && !entity) {
    throw fieldError('options.entity', 'required', 'Say to whose rows it leads.');
  }
  if (min !== undefined && max !== undefined && min > max) {
    throw fieldError('options.min', 'invalid', 'The least is above the greatest.');
  }
  if (field.field_type === 'text' && max_length !== undefined && max_length > MAX_TEXT) {
    throw fieldError('options.max_length', 'too_big', `Give at most ${MAX_TEXT}, or make it a long_text.`);
  }
}

function checkDefault(field: FieldFacts): unknown {
  const { default: value } = field;
  if (value === null || value === undefined || value === '') return null;
  if (field.unique) throw fieldError('default', 'invalid', 'A unique field has no default.');
  const parsed = kindOf(field).schema(field).safeParse(value, { error: explainIssue });
  if (parsed.success) return parsed.data;
  throw fieldError('default', 'invalid', parsed.error.issues[0]?.message ?? 'It does not fit the field.');
}

/**
 * The choices after a change. One that is left out stays, no longer offered: rows may hold it, and a writer who is
 * about to give it is not to be raced.
 */
export function keepChoices(before: FieldFacts, given: FieldChoice[] | FieldLimits): FieldChoice[] | FieldLimits {
  if (!kindOf(before).hasChoices || !Array.isArray(given)) return given;
  const values = new Set(given.map((choice) => choice.value));
  const kept = choicesOf(before).filter((choice) => !values.has(choice.value));
  return [...given, ...kept.map((choice) => ({ ...choice, is_active: false }))];
}

import { fieldError, validationError } from '../core/errors.ts';
import type { FieldDefinition, FieldSet } from '../core/field-definitions.ts';
import { suggestName } from '../core/nearest.ts';
import { CUSTOM_PREFIX } from './custom-column.ts';
import { choicesOf, kindOf, schemaOf } from './custom-field-kinds.ts';
import { type Filter, parseCondition } from './filters.ts';

/** Parses `custom_fields.name=value` or `custom_fields.name__op=value`. Throws a 400 for a field that is not there. */
export function parseCustomFilter(set: FieldSet, parameter: string, text: string): Filter {
  const given = parameter.slice(CUSTOM_PREFIX.length);
  const [name, operator] = set.active.has(given) ? [given, 'eq'] : splitOperator(given);
  const field = set.active.get(name);
  if (!field) throw unknownField(set, parameter.slice(0, 80), name, 'unknown_parameter', 'Unknown parameter');
  refuseUnindexed(field, parameter);
  const isExact = operator === 'eq' || operator === 'ne' || operator === 'in';
  if (kindOf(field).hasChoices && isExact)
    refuseUnknownChoices(field, parameter, operator === 'in' ? text.split(',') : [text]);
  const { kind, hasChoices } = kindOf(field);
  const on = { field: `${CUSTOM_PREFIX}${name}`, kind, schema: hasChoices ? undefined : schemaOf(field) };
  return { ...parseCondition(on, operator, parameter, kind === 'uuid' ? text.toLowerCase() : text), custom: field };
}

/** The field that `ordering` names with `custom_fields.name`. Throws a 400 at `ordering`. */
export function findSortable(set: FieldSet, path: string): FieldDefinition {
  const name = path.slice(CUSTOM_PREFIX.length);
  const field = set.active.get(name);
  if (!field) throw unknownField(set, 'ordering', name, 'unknown_field', 'Cannot order by');
  if (!kindOf(field).isSortable) {
    throw fieldError('ordering', 'not_sortable', `${path} is a ${field.field_type}, by which nothing is ordered.`);
  }
  refuseUnindexed(field, 'ordering');
  return field;
}

function splitOperator(given: string): [name: string, operator: string] {
  const at = given.lastIndexOf('__');
  return at > 0 ? [given.slice(0, at), given.slice(at + 2)] : [given, 'eq'];
}

function unknownField(set: FieldSet, at: string, name: string, code: string, sentence: string) {
  const hint = suggestName(name, set.active.keys()).replace(/(Did you mean |nearest is )/, `$1${CUSTOM_PREFIX}`);
  const message = `${sentence} ${CUSTOM_PREFIX}${name.slice(0, 60)}.${hint}`;
  return validationError([{ field: at, code, message }]);
}

/** Without its index, a filter or an order would read the whole table. */
function refuseUnindexed(field: FieldDefinition, at: string): void {
  if (field.is_filterable) return;
  const remedy = kindOf(field).isFilterable
    ? 'Make it filterable first, which gives it an index.'
    : `A ${field.field_type} cannot be made so.`;
  throw fieldError(at.slice(0, 80), 'not_filterable', `${CUSTOM_PREFIX}${field.name} is not filterable. ${remedy}`);
}

/** Choices that are no longer offered stand in rows yet, so one may look for them. */
function refuseUnknownChoices(field: FieldDefinition, parameter: string, texts: string[]): void {
  const known = new Set(choicesOf(field).map((each) => each.value));
  for (const text of texts.map((each) => each.trim())) {
    if (text === '' || known.has(text)) continue;
    throw fieldError(parameter, 'invalid_choice', `No such choice.${suggestName(text, known)}`);
  }
}

import type { LayoutElement, PropertyOptions } from 'adminjs';
import type { Resource } from '../src/crud/resource.ts';
import { describeShape, findChoices, findCodeKind } from './field-shape.ts';
import type { FieldShape } from './json-field.ts';
import { labelOf } from './labels.ts';
import { createFields, type Presentation } from './presentation.ts';

/** The columns of a list for which a narrow screen has room, beginning with the first. */
const NARROW_COLUMNS = 2;

/** AdminJS's options for each field of a noun, read from its resource. */
export function describeProperties(presentation: Presentation): Record<string, PropertyOptions> {
  const { resource } = presentation.service;
  const { list, show, edit, filter, sortAs = {} } = presentation;
  const names = new Set([...list, ...show, ...edit, ...createFields(presentation), ...filter]);
  const properties: Record<string, PropertyOptions> = {};
  for (const name of names) {
    const choices = findChoices(resource, name);
    properties[name] = {
      // AdminJS shows on a narrow screen what is a title; which of them names the row is told by `titleProperty`.
      isTitle: list.slice(0, NARROW_COLUMNS).includes(name),
      isSortable: resource.sorts.includes(name) || sortAs[name] !== undefined,
      isRequired: isRequired(resource, name),
      ...(choices ? describeChoice(resource, name, choices) : {}),
      ...describeCode(resource, name),
      ...(resource.kinds.get(name) === 'instant' ? INSTANT : {}),
      // Of a column of the database AdminJS knows no days, and would show and send one as the moment it begins.
      ...(resource.kinds.get(name) === 'date' ? { type: 'date' } : {}),
      ...(resource.kinds.get(name) === 'json' ? describeJson(presentation, name) : {}),
      ...presentation.properties?.[name],
    };
  }
  for (const { column, target } of Object.values(resource.relations)) {
    properties[column] = {
      ...properties[column],
      reference: target().plural,
      type: 'reference',
      props: { inputId: column },
    };
  }
  return properties;
}

const COMPONENTS: Record<FieldShape['kind'], PropertyOptions['components']> = {
  entries: { edit: 'EntriesEdit', show: 'EntriesShow' },
  pairs: { edit: 'PairsEdit', show: 'PairsShow' },
};

/** An editor for the form that the field's values have; where there is none, the JSON itself as text. */
function describeJson({ service: { resource }, edit }: Presentation, name: string): PropertyOptions {
  // What is only shown has the form of an answer, which may hold more than is written.
  const schema = (edit.includes(name) ? resource.input[name] : undefined) ?? resource.viewSchema.shape[name];
  const shape = schema ? describeShape(schema) : null;
  return shape ? { custom: { shape }, components: COMPONENTS[shape.kind] } : { type: 'textarea' };
}

function describeChoice(resource: Resource, name: string, choices: string[]): PropertyOptions {
  return {
    availableValues: choices.map((value) => ({ value, label: labelOf(value) })),
    // The label is of this input; what may be empty can be emptied again.
    props: { inputId: name, isClearable: mayBeEmpty(resource, name) },
  };
}

/** Moments are written in one way everywhere. */
export const INSTANT: PropertyOptions = { components: { list: 'InstantList', show: 'InstantShow' } };

const CODE_COMPONENTS = { edit: 'CodeEdit', show: 'CodeShow', list: 'CodeList', filter: 'CodeFilter' };

function describeCode(resource: Resource, name: string): PropertyOptions {
  const codes = findCodeKind(resource.write[name]);
  return codes ? { custom: { codes, isClearable: mayBeEmpty(resource, name) }, components: CODE_COMPONENTS } : {};
}

function mayBeEmpty(resource: Resource, name: string): boolean {
  return resource.write[name]?.safeParse('').success === true;
}

function isRequired(resource: Resource, name: string): boolean {
  const schema = resource.write[name] ?? resource.createOnly?.[name];
  return schema?.safeParse(undefined).success === false;
}

const COLUMNS = {
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
  columnGap: 32,
};

const LONG_TYPES = new Set<PropertyOptions['type']>(['textarea', 'mixed']);

/** Short fields side by side where there is room, then the long ones below, each over the whole width. */
export function inColumns({ service, properties = {} }: Presentation, names: readonly string[]): LayoutElement[] {
  const isLong = (name: string) =>
    LONG_TYPES.has(properties[name]?.type) || ['list', 'json'].includes(service.resource.kinds.get(name) ?? '');
  return [[{ style: COLUMNS }, names.filter((name) => !isLong(name))], ...names.filter(isLong)];
}

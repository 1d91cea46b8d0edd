import type { LayoutElement, PropertyOptions } from 'adminjs';
import type { Resource } from '../src/crud/resource.ts';
import { describeShape, findChoices } from './field-shape.ts';
import type { FieldShape } from './json-field.ts';
import { labelOf } from './labels.ts';
import type { Presentation } from './presentation.ts';

/** AdminJS's options for each field of a noun, read from its resource. */
export function describeProperties(presentation: Presentation): Record<string, PropertyOptions> {
  const { resource } = presentation.service;
  const names = new Set([...presentation.list, ...presentation.show, ...presentation.edit, ...presentation.filter]);
  const properties: Record<string, PropertyOptions> = {};
  for (const name of names) {
    const choices = findChoices(resource, name);
    properties[name] = {
      isTitle: name === presentation.title,
      isSortable: resource.sorts.includes(name),
      isRequired: isRequired(resource, name),
      ...(choices ? { availableValues: choices.map((value) => ({ value, label: labelOf(value) })) } : {}),
      ...(resource.kinds.get(name) === 'json' ? describeJson(presentation, name) : {}),
      ...presentation.properties?.[name],
    };
  }
  for (const { column, target } of Object.values(resource.relations)) {
    properties[column] = { ...properties[column], reference: target().plural, type: 'reference' };
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

function isRequired(resource: Resource, name: string): boolean {
  return resource.write[name]?.safeParse(undefined).success === false;
}

const COLUMNS = {
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
  columnGap: 32,
};

/** Short fields side by side where there is room, then the long ones below, each over the whole width. */
export function inColumns({ service, properties = {} }: Presentation, names: string[]): LayoutElement[] {
  const isLong = (name: string) =>
    properties[name]?.type !== undefined || ['list', 'json'].includes(service.resource.kinds.get(name) ?? '');
  return [[{ style: COLUMNS }, names.filter((name) => !isLong(name))], ...names.filter(isLong)];
}

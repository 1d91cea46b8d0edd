import type { ActionContext, PropertyOptions, ResourceOptions } from 'adminjs';
import { holdsPermission, type RequiredPermission } from '../src/auth/scope.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import type { Resource } from '../src/crud/resource.ts';
import { principalOf } from './administrator.ts';
import { choicesOf } from './choices.ts';

type ActionName = 'new' | 'edit' | 'delete' | 'bulkDelete';

/** What the panel shows of one noun; what it may hold and who may do what is read from the resource. */
export interface Presentation {
  service: CrudService;
  group: { name: string; icon: string };
  /** The field that stands for the row in links. */
  title: string;
  list: string[];
  /** Fields edited as long text. */
  long?: string[];
  without?: ActionName[];
}

type Access = (context: Pick<ActionContext, 'currentAdmin'>) => boolean;

export const allowNothing: Access = () => false;

/** Asked at each request, so that a change of role is felt at once. */
export function allowWith(permission: RequiredPermission): Access {
  return ({ currentAdmin }) => currentAdmin !== undefined && holdsPermission(principalOf(currentAdmin), permission);
}

/** AdminJS's options of a resource, from its definition. */
export function describeResource(presentation: Presentation): ResourceOptions {
  const { resource } = presentation.service;
  const { permissions } = resource;
  const editable = Object.keys(resource.write).filter((name) => resource.columns.get(name) !== 'json');
  const read = allowWith(permissions.view);
  const unless = (action: ActionName, permission: RequiredPermission) =>
    presentation.without?.includes(action) ? allowNothing : allowWith(permission);
  return {
    id: resource.plural,
    navigation: presentation.group,
    titleProperty: presentation.title,
    listProperties: presentation.list,
    showProperties: shownFields(resource),
    editProperties: editable,
    filterProperties: resource.filters.filter((name) => name !== 'id' && resource.columns.has(name)),
    sort: { sortBy: 'created_at', direction: 'desc' },
    properties: describeProperties(presentation),
    actions: {
      list: { isAccessible: read },
      show: { isAccessible: read },
      search: { isAccessible: read },
      new: { isAccessible: unless('new', permissions.create) },
      edit: { isAccessible: unless('edit', permissions.edit) },
      delete: { isAccessible: unless('delete', permissions.delete) },
      bulkDelete: { isAccessible: unless('bulkDelete', permissions.delete) },
    },
  };
}

/** Relations are shown as links, so the names that stand beside their ids are left out. */
function shownFields(resource: Resource): string[] {
  const labels = new Set(Object.values(resource.relations).map((relation) => relation.label));
  return resource.fields.filter((name) => !labels.has(name) && name !== 'deleted_at');
}

function describeProperties(presentation: Presentation): Record<string, PropertyOptions> {
  const { resource } = presentation.service;
  const properties: Record<string, PropertyOptions> = {};
  for (const name of [...resource.fields, ...resource.columns.keys()]) {
    const choices = choicesOf(resource, name);
    properties[name] = {
      ...(choices ? { availableValues: choices.map((value) => ({ value, label: value.replaceAll('_', ' ') })) } : {}),
      ...(resource.columns.get(name) === 'json' ? { type: 'textarea' } : {}),
      ...(resource.columns.has(name) ? {} : { type: resource.computed[name] ? 'string' : undefined }),
      ...(presentation.long?.includes(name) ? { type: 'textarea' } : {}),
      isTitle: name === presentation.title,
      isSortable: resource.sorts.includes(name),
    } as PropertyOptions;
  }
  for (const { column, target } of Object.values(resource.relations)) {
    properties[column] = { ...properties[column], reference: target().plural, type: 'reference' };
  }
  return properties;
}

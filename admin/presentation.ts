import type { Action, ActionContext, ActionResponse, LayoutElement, PropertyOptions, ResourceOptions } from 'adminjs';
import { z } from 'zod';
import type { RequiredPermission } from '../src/auth/scope.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import type { Resource } from '../src/crud/resource.ts';
import { isAllowed } from './administrator.ts';
import { shapeLists } from './form-values.ts';

export type PanelAction = Partial<Action<ActionResponse>>;

/** What the panel shows of one noun. What a field may hold and who may do what is read from its resource. */
export interface Presentation {
  service: CrudService;
  group: { name: string; icon: string };
  /** The field that stands for the row in links and is searched when another row refers to it. */
  title: string;
  /** Fields whose words are searched where the table has no search vector. */
  search?: string[];
  list: string[];
  show: string[];
  edit: string[];
  filter: string[];
  sort: { sortBy: string; direction: 'asc' | 'desc' };
  /** Built-in actions that the noun does not have. */
  without?: ('new' | 'edit' | 'delete' | 'bulkDelete')[];
  properties?: Record<string, PropertyOptions>;
  actions?: Record<string, PanelAction>;
}

type Access = (context: ActionContext) => boolean;

/** Asked at each request, of a principal loaded for that request. */
export function allowWith(permission: RequiredPermission): Access {
  return ({ currentAdmin }) => isAllowed(currentAdmin, permission);
}

/** AdminJS's options for a noun. */
export function describeResource(presentation: Presentation): ResourceOptions {
  const { title, list, show, edit, filter, sort, group, actions, without = [] } = presentation;
  const { resource } = presentation.service;
  const { view, create, edit: change, delete: remove } = resource.permissions;
  const access = (name: (typeof without)[number], permission: RequiredPermission) => ({
    isAccessible: without.includes(name) ? false : allowWith(permission),
  });
  return {
    id: resource.plural,
    navigation: group,
    titleProperty: title,
    listProperties: list,
    showProperties: show,
    editProperties: edit,
    filterProperties: filter,
    sort,
    properties: describeProperties(presentation),
    actions: {
      list: { isAccessible: allowWith(view) },
      show: { isAccessible: allowWith(view), layout: inColumns(presentation, show) },
      search: { isAccessible: allowWith(view) },
      new: { ...access('new', create), layout: inColumns(presentation, edit), before: shapeLists(resource) },
      edit: { ...access('edit', change), layout: inColumns(presentation, edit), before: shapeLists(resource) },
      delete: access('delete', remove),
      bulkDelete: access('bulkDelete', remove),
      ...actions,
    },
  };
}

const COLUMNS = {
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
  columnGap: 32,
};

/** Short fields side by side where there is room, then the long ones below, each over the whole width. */
function inColumns({ service, properties = {} }: Presentation, names: string[]): LayoutElement[] {
  const isLong = (name: string) =>
    properties[name]?.type !== undefined || service.resource.columns.get(name) === 'list';
  return [[{ style: COLUMNS }, names.filter((name) => !isLong(name))], ...names.filter(isLong)];
}

function describeProperties(presentation: Presentation): Record<string, PropertyOptions> {
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
      ...presentation.properties?.[name],
    };
  }
  for (const { column, target } of Object.values(resource.relations)) {
    properties[column] = { ...properties[column], reference: target().plural, type: 'reference' };
  }
  return properties;
}

function isRequired(resource: Resource, name: string): boolean {
  return resource.write[name]?.safeParse(undefined).success === false;
}

/** The values that a field allows; `null` when it is not a choice. */
export function findChoices(resource: Resource, name: string): string[] | null {
  let schema: unknown = resource.write[name];
  for (;;) {
    if (schema instanceof z.ZodEnum) return schema.options as string[];
    if (schema instanceof z.ZodPipe) schema = schema.out;
    else if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodNullable) {
      schema = schema.unwrap();
    } else return null;
  }
}

const LABELS: Record<string, string> = {
  id: 'ID',
  ip: 'IP address',
  actor_name: 'Who',
  resource_label: 'On',
  resource_type: 'Kind',
  created_by_id: 'Created by',
  created_at: 'Created',
  updated_at: 'Changed',
  do_not_email: 'Do not e-mail',
  linkedin: 'LinkedIn',
  linkedin_url: 'LinkedIn',
  contacts_count: 'Contacts',
  members_count: 'Members',
  users_count: 'Users',
  permissions_count: 'Permissions',
  full_name: 'Name',
  is_active: 'Active',
  is_system_role: 'System role',
  email: 'E-mail',
  avatar_url: 'Picture address',
};

/** `last_contacted_at` is read as "Last contacted", `owner_id` as "Owner". */
export function labelOf(name: string): string {
  const known = LABELS[name];
  if (known) return known;
  const words = name.replace(/_(id|at)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

import type { ResourceOptions } from 'adminjs';
import type { RequiredPermission } from '../src/auth/scope.ts';
import { allowWith } from './access.ts';
import { shapeLists } from './form-values.ts';
import type { Presentation } from './presentation.ts';
import { describeProperties, inColumns } from './properties.ts';

/** AdminJS's options for a noun. */
export function describeResource(presentation: Presentation): ResourceOptions {
  const { title, list, show, edit, filter, sort, group, actions, service, without = [] } = presentation;
  const { resource } = service;
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
      edit: {
        ...access('edit', change),
        layout: inColumns(presentation, edit),
        before: shapeLists(resource),
      },
      delete: access('delete', remove),
      bulkDelete: access('bulkDelete', remove),
      ...actions,
    },
  };
}

import type { ActionContext, ActionResponse, After, ResourceOptions } from 'adminjs';
import type { RequiredPermission } from '../src/auth/scope.ts';
import { allowWith } from './access.ts';
import { shapeForm } from './form-values.ts';
import { createHistoryAction } from './history-action.ts';
import { hasTrash, type Presentation } from './presentation.ts';
import { describeProperties, inColumns } from './properties.ts';
import { createBulkDelete, createTrashActions, isTrashed, readTab } from './trash.ts';

/** With the noun, its own words are found for what AdminJS says of a deletion. */
const nameNoun: After<ActionResponse> = (response, _request, { resource }) => ({
  ...response,
  notice: response.notice && { ...response.notice, resourceId: resource.id() },
});

/** AdminJS's options for a noun. */
export function describeResource(presentation: Presentation): ResourceOptions {
  const { title, list, show, edit, filter, sort, group, actions, service, without = [] } = presentation;
  const { resource } = service;
  const { view, create, edit: change, delete: remove } = resource.permissions;
  const access = (name: (typeof without)[number], permission: RequiredPermission) => ({
    isAccessible: without.includes(name) ? false : allowWith(permission),
  });
  const living = { isVisible: ({ record }: ActionContext) => !isTrashed(record?.params) };
  const trash = hasTrash(presentation) ? createTrashActions(service) : {};
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
      list: {
        isAccessible: allowWith(view),
        before: readTab,
        component: 'RecordList',
        custom: { hasTrash: hasTrash(presentation) },
      },
      show: { isAccessible: allowWith(view), layout: inColumns(presentation, show) },
      search: { isAccessible: allowWith(view) },
      new: { ...access('new', create), layout: inColumns(presentation, edit), before: shapeForm(resource) },
      edit: {
        ...access('edit', change),
        ...living,
        layout: inColumns(presentation, edit),
        before: shapeForm(resource),
      },
      history: createHistoryAction(resource),
      delete: { ...access('delete', remove), ...living, after: nameNoun },
      bulkDelete: { ...createBulkDelete(presentation), ...access('bulkDelete', remove) },
      ...trash,
      ...actions,
    },
  };
}

import type { ActionContext, ActionResponse, After, ResourceOptions } from 'adminjs';
import type { RequiredPermission } from '../src/auth/scope.ts';
import { allowWith } from './access.ts';
import { createDefaults } from './defaults.ts';
import { shapeForm } from './form-values.ts';
import { createHistoryAction } from './history-action.ts';
import { nameFaults } from './name-faults.ts';
import { createFields, hasTrash, type Presentation } from './presentation.ts';
import { describeProperties, inColumns } from './properties.ts';
import { createBulkDelete, createTrashActions, isTrashed, readTab } from './trash.ts';

/** With the noun, its own words are found for what AdminJS says of a deletion. */
const nameNoun: After<ActionResponse> = (response, _request, { resource }) => ({
  ...response,
  notice: response.notice && { ...response.notice, resourceId: resource.id() },
});

/** AdminJS's options for a noun. */
export function describeResource(presentation: Presentation): ResourceOptions {
  const {
    title,
    list,
    show,
    edit,
    filter,
    sort,
    group,
    actions,
    service,
    without = [],
    isDeletable = () => true,
  } = presentation;
  const { resource } = service;
  const { view, create, edit: change, delete: remove } = resource.permissions;
  const access = (name: (typeof without)[number], permission: RequiredPermission) => ({
    isAccessible: without.includes(name) ? false : allowWith(permission),
  });
  const living = { isVisible: ({ record }: ActionContext) => !isTrashed(record?.params) };
  const form = (fields: readonly string[], defaults = {}) => ({
    component: 'RecordForm',
    layout: inColumns(presentation, fields),
    custom: { fields, defaults, noun: resource.noun.replaceAll('_', ' ') },
    before: shapeForm(resource),
    after: nameFaults,
  });
  const trash = hasTrash(presentation) ? createTrashActions(service) : {};
  return {
    id: resource.plural,
    navigation: group,
    titleProperty: title,
    listProperties: list,
    showProperties: show,
    editProperties: [...new Set([...createFields(presentation), ...edit])],
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
      new: {
        ...access('new', create),
        ...form(createFields(presentation), createDefaults(resource, createFields(presentation))),
      },
      edit: { ...access('edit', change), ...living, ...form(edit) },
      history: createHistoryAction(resource),
      delete: {
        ...living,
        after: nameNoun,
        isAccessible: (context) =>
          !without.includes('delete') && allowWith(remove)(context) && isDeletable(context.record?.params ?? {}),
      },
      bulkDelete: { ...createBulkDelete(presentation), ...access('bulkDelete', remove) },
      ...trash,
      ...actions,
    },
  };
}

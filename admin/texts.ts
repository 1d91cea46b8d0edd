import type { LocaleTranslations, ResourceWithOptions } from 'adminjs';
import { labelOf } from './labels.ts';
import { PEOPLE } from './presentations/groups.ts';

const TITLES: Record<string, string> = {
  audit_logs: 'Audit log',
  custom_fields: 'Custom fields',
  role_assignments: 'Role assignments',
};

/** Every label of the panel, made from the names of nouns and fields. */
export function describeTexts(resources: ResourceWithOptions[]): LocaleTranslations {
  const labels: Record<string, string> = {};
  const byResource: NonNullable<LocaleTranslations['resources']> = {};
  for (const { options } of resources) {
    const id = options.id ?? '';
    const { listProperties = [], showProperties = [], editProperties = [], filterProperties = [] } = options;
    const names = [...listProperties, ...showProperties, ...editProperties, ...filterProperties];
    const hasTrash = options.actions?.list?.custom?.hasTrash === true;
    labels[id] = TITLES[id] ?? labelOf(id);
    byResource[id] = {
      // The heading of a list says what it lists.
      actions: { list: labels[id], ...(hasTrash ? {} : { bulkDelete: 'Delete' }) },
      messages: hasTrash ? {} : FINAL_MESSAGES,
      properties: Object.fromEntries(names.map((name) => [name, labelOf(name)])),
    };
  }
  return {
    labels: { ...labels, [PEOPLE.name]: PEOPLE.name, navigation: ' ' },
    resources: byResource,
    actions: ACTIONS,
    messages: MESSAGES,
  };
}

const ACTIONS = {
  new: 'New',
  show: 'View',
  bulkDelete: 'Move to the trash',
  bulkRestore: 'Restore',
  delete: 'Delete',
  restore: 'Restore',
  purge: 'Delete for good',
  history: 'History',
  suspend: 'Suspend',
  reactivate: 'Reactivate',
  complete: 'Complete',
  reopen: 'Reopen',
};

/** Where there is no trash. */
const FINAL_MESSAGES = {
  successfullyDeleted: 'Deleted.',
  confirmDelete: 'Delete this? It cannot be restored.',
};

const MESSAGES = {
  successfullyCreated: 'Created.',
  successfullyUpdated: 'Saved.',
  successfullyDeleted: 'Moved to the trash.',
  thereWereValidationErrors: 'Not saved: please correct the marked fields.',
  confirmDelete: 'Move this to the trash? It can be restored for 30 days.',
  noRecordsInResource: 'Nothing here.',
  forbiddenError: 'Your roles do not allow this.',
  anyForbiddenError: 'Your roles do not allow this.',
};

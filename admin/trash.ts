import type { Before } from 'adminjs';
import type { CrudService } from '../src/crud/crud-service.ts';
import { createBulkAction } from './bulk-action.ts';
import { createConfirmedAction } from './confirmed-action.ts';
import { hasTrash, type PanelAction, type Presentation, TRASH_FILTER } from './presentation.ts';

/** Run before a list is read: the trash is a tab of it. */
export const readTab: Before = (request) =>
  request.query?.tab === 'trash'
    ? { ...request, query: { ...request.query, [`filters.${TRASH_FILTER}`]: 'true' } }
    : request;

export function isTrashed(row: Record<string, unknown> | undefined): boolean {
  return Boolean(row?.deleted_at);
}

/** Deletes the selected rows: all of them or, where one of them cannot go, none. */
export function createBulkDelete(presentation: Presentation): PanelAction {
  const isKept = hasTrash(presentation);
  const { isDeletable = () => true } = presentation;
  return createBulkAction({
    name: 'bulkDelete',
    operation: 'delete',
    icon: 'Trash2',
    variant: 'danger',
    question: isKept ? 'These will be moved to the trash.' : 'These will be deleted and cannot be restored.',
    done: isKept ? 'moved to the trash' : 'deleted',
    isOffered: (row) => !isTrashed(row) && isDeletable(row),
    service: presentation.service,
  });
}

/** What can be done to a row in the trash. */
export function createTrashActions(service: CrudService): Record<string, PanelAction> {
  const { delete: remove } = service.resource.permissions;
  return {
    restore: createConfirmedAction({
      name: 'restore',
      icon: 'RotateCcw',
      permission: remove,
      question: 'It comes back as it was when it was moved to the trash.',
      done: 'Restored.',
      isOffered: isTrashed,
      run: service.restore,
    }),
    purge: createConfirmedAction({
      name: 'purge',
      icon: 'XOctagon',
      variant: 'danger',
      permission: 'manage_settings',
      question: 'It is deleted for good and cannot be brought back. What it held stays in the audit log.',
      done: 'Deleted for good.',
      isOffered: isTrashed,
      run: service.purge,
      isLast: true,
    }),
    bulkRestore: createBulkAction({
      name: 'bulkRestore',
      operation: 'restore',
      icon: 'RotateCcw',
      question: 'These come back as they were when they were moved to the trash.',
      done: 'restored',
      isOffered: isTrashed,
      service,
    }),
  };
}

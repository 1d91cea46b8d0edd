import type { ResourceWithOptions } from 'adminjs';
import { allowWith } from '../access.ts';
import { AuditLogResource } from '../audit-log-resource.ts';

import { OPERATIONS } from './groups.ts';

const RISKS = ['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: value }));

/** The audit log has no service that writes it, so it stands apart: every action but reading is off. */
export function auditLogPresentation(): ResourceWithOptions {
  const reading = { isAccessible: allowWith('view_audit_log') };
  const off = { isAccessible: false };
  return {
    resource: new AuditLogResource(),
    options: {
      id: 'audit_logs',
      navigation: OPERATIONS,
      titleProperty: 'event',
      listProperties: ['created_at', 'actor_name', 'event', 'resource_label', 'risk', 'ip'],
      showProperties: [
        'created_at',
        'event',
        'actor_name',
        'resource_type',
        'resource_label',
        'resource_id',
        'changes',
        'metadata',
        'risk',
        'ip',
        'user_agent',
        'request_id',
      ],
      filterProperties: ['event', 'actor_name', 'resource_type', 'resource_label', 'risk', 'created_at'],
      sort: { sortBy: 'created_at', direction: 'desc' },
      properties: {
        created_at: { isSortable: true },
        event: { isSortable: false },
        actor_name: { isSortable: false },
        resource_label: { isSortable: false },
        risk: { isSortable: false, availableValues: RISKS },
        ip: { isSortable: false },
        changes: { components: { show: 'ChangesShow' } },
        metadata: { components: { show: 'PairsShow' } },
      },
      actions: {
        list: reading,
        show: reading,
        search: reading,
        new: off,
        edit: off,
        delete: off,
        bulkDelete: off,
      },
    },
  };
}

import type { ResourceWithOptions } from 'adminjs';
import type { Resource } from '../../src/crud/resource.ts';
import { eventNames } from '../../src/events/catalog.ts';
import { allowWith } from '../access.ts';
import { AuditLogResource } from '../audit-log-resource.ts';
import { nameEvent } from '../event-words.ts';
import { labelOf } from '../labels.ts';
import { INSTANT } from '../properties.ts';
import { OPERATIONS } from './groups.ts';

const RISKS = ['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: value }));

/** The audit log has no service that writes it, so it stands apart: every action but reading is off. */
export function auditLogPresentation(nouns: Resource[]): ResourceWithOptions {
  const plurals = Object.fromEntries(nouns.map(({ noun, plural }) => [noun, plural]));
  const kinds = [...new Set(eventNames.map((name) => name.split('.')[0] ?? name))];
  const reading = { isAccessible: allowWith('view_audit_log') };
  const off = { isAccessible: false };
  return {
    resource: new AuditLogResource(),
    options: {
      id: 'audit_logs',
      navigation: OPERATIONS,
      titleProperty: 'what',
      listProperties: ['created_at', 'actor_name', 'what', 'resource_label', 'risk', 'ip'],
      showProperties: [
        'created_at',
        'what',
        'actor_name',
        'resource_id',
        'resource_type',
        'risk',
        'changes',
        'metadata',
        'ip',
        'user_agent',
        'request_id',
      ],
      filterProperties: ['event', 'actor_name', 'resource_type', 'resource_label', 'risk', 'created_at'],
      sort: { sortBy: 'created_at', direction: 'desc' },
      properties: {
        created_at: { isTitle: true, isSortable: true, ...INSTANT },
        what: { isTitle: true, isSortable: false },
        event: { isSortable: false, availableValues: eventNames.map((value) => ({ value, label: nameEvent(value) })) },
        resource_type: { availableValues: kinds.map((value) => ({ value, label: labelOf(value) })) },
        resource_id: { custom: { plurals }, components: { show: 'SubjectShow' } },
        actor_name: { isTitle: true, isSortable: false },
        resource_label: { isSortable: false },
        risk: { isSortable: false, availableValues: RISKS, components: { list: 'RiskList', show: 'RiskShow' } },
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

import type { ResourceWithOptions } from 'adminjs';
import { AuditLog } from '../src/audit-logs/audit-log.entity.ts';
import { companyService } from '../src/companies/company.service.ts';
import { contactService } from '../src/contacts/contact.service.ts';
import { roleAssignmentService } from '../src/role-assignments/role-assignment.service.ts';
import { roleService } from '../src/roles/role.service.ts';
import type { System } from '../src/system.ts';
import { teamService } from '../src/teams/team.service.ts';
import { userService } from '../src/users/user.service.ts';
import { LogResource } from './log-resource.ts';
import { allowNothing, allowWith, describeResource, type Presentation } from './presentation.ts';
import { ServiceResource } from './service-resource.ts';

const CRM = { name: 'CRM', icon: 'Briefcase' };
const PEOPLE = { name: 'People and access', icon: 'Users' };
const OPERATIONS = { name: 'Operations', icon: 'Activity' };

/** LIST of what the panel shows of each noun. */
const presentations: readonly Presentation[] = [
  {
    service: contactService,
    group: CRM,
    title: 'full_name',
    list: ['full_name', 'email', 'company_id', 'status', 'owner_id', 'created_at'],
    long: ['notes'],
  },
  {
    service: companyService,
    group: CRM,
    title: 'name',
    list: ['name', 'domain', 'company_type', 'contacts_count', 'owner_id', 'created_at'],
    long: ['description'],
  },
  {
    service: userService,
    group: PEOPLE,
    title: 'full_name',
    list: ['full_name', 'email', 'title', 'is_active', 'last_login'],
    long: ['bio'],
    // Accounts are made by registration and suspended, never made or deleted here.
    without: ['new', 'delete', 'bulkDelete'],
  },
  { service: teamService, group: PEOPLE, title: 'name', list: ['name', 'shares_records', 'members_count', 'created_at'], long: ['description'] },
  {
    service: roleService,
    group: PEOPLE,
    title: 'display_name',
    list: ['display_name', 'level', 'permissions_count', 'users_count', 'is_system_role'],
    long: ['description'],
  },
  {
    service: roleAssignmentService,
    group: PEOPLE,
    title: 'user_name',
    list: ['user_id', 'role_id', 'team_id', 'created_at'],
    without: ['edit'],
  },
];

/** Every resource of the panel, in the order of its menu. */
export function listResources(system: System): ResourceWithOptions[] {
  const nouns = presentations.map((presentation) => ({
    resource: new ServiceResource(presentation.service.resource.entity as never, system, presentation.service),
    options: describeResource(presentation),
  }));
  return [...nouns, describeAuditLog()];
}

function describeAuditLog(): ResourceWithOptions {
  const canRead = allowWith('view_audit_log');
  return {
    resource: new LogResource(AuditLog as never, 'audit_logs'),
    options: {
      id: 'audit_logs',
      navigation: OPERATIONS,
      listProperties: ['created_at', 'actor_name', 'event', 'resource_label', 'risk', 'ip'],
      showProperties: [
        'created_at', 'actor_name', 'event', 'resource_type', 'resource_label', 'resource_id', 'changes', 'metadata', 'risk', 'ip',
        'user_agent', 'request_id',
      ],
      filterProperties: ['event', 'actor_name', 'resource_type', 'risk', 'created_at'],
      sort: { sortBy: 'created_at', direction: 'desc' },
      properties: {
        changes: { type: 'textarea' },
        metadata: { type: 'textarea' },
        risk: { availableValues: ['low', 'medium', 'high', 'critical'].map((value) => ({ value, label: value })) },
      },
      actions: {
        list: { isAccessible: canRead },
        show: { isAccessible: canRead },
        search: { isAccessible: canRead },
        new: { isAccessible: allowNothing },
        edit: { isAccessible: allowNothing },
        delete: { isAccessible: allowNothing },
        bulkDelete: { isAccessible: allowNothing },
      },
    },
  };
}

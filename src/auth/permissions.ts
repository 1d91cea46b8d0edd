interface PermissionFacts {
  group: string;
  sentence: string;
}

/** LIST of every permission: its group and what it allows, as a sentence. */
export const PERMISSIONS = {
  view_dashboard: { group: 'Dashboard', sentence: 'See the dashboard.' },
  view_contacts: { group: 'Contacts', sentence: 'See contacts, companies and leads.' },
  create_contacts: { group: 'Contacts', sentence: 'Create contacts, companies and leads.' },
  edit_contacts: { group: 'Contacts', sentence: 'Change contacts, companies and leads.' },
  delete_contacts: { group: 'Contacts', sentence: 'Move contacts, companies and leads to the trash and back.' },
  export_contacts: { group: 'Contacts', sentence: 'Export contacts, companies and leads.' },
  import_contacts: { group: 'Contacts', sentence: 'Import contacts, companies and leads.' },
  view_deals: { group: 'Deals', sentence: 'See deals, pipelines and products.' },
  create_deals: { group: 'Deals', sentence: 'Create deals, pipelines and products.' },
  edit_deals: { group: 'Deals', sentence: 'Change deals, pipelines and products.' },
  close_deals: { group: 'Deals', sentence: 'Win and lose deals.' },
  delete_deals: { group: 'Deals', sentence: 'Move deals, pipelines and products to the trash and back.' },
  view_tasks: { group: 'Tasks', sentence: 'See tasks, events and reminders.' },
  create_tasks: { group: 'Tasks', sentence: 'Create tasks, events and reminders.' },
  edit_tasks: { group: 'Tasks', sentence: 'Change tasks, events and reminders.' },
  assign_tasks: { group: 'Tasks', sentence: 'Assign tasks to somebody else.' },
  delete_tasks: { group: 'Tasks', sentence: 'Move tasks and events to the trash and back.' },
  view_reports: { group: 'Reports', sentence: 'See reports.' },
  create_reports: { group: 'Reports', sentence: 'Create and change reports.' },
  export_reports: { group: 'Reports', sentence: 'Export reports and everything that is not a contact.' },
  view_analytics: { group: 'Reports', sentence: 'See analytics.' },
  view_campaigns: { group: 'Campaigns', sentence: 'See campaigns and their results.' },
  manage_campaigns: { group: 'Campaigns', sentence: 'Create and change campaigns, segments and sequences.' },
  send_campaigns: { group: 'Campaigns', sentence: 'Send campaigns.' },
  view_team: { group: 'Team', sentence: 'See users and teams.' },
  manage_team: { group: 'Team', sentence: 'Create and change teams and their members.' },
  invite_users: { group: 'Team', sentence: 'Invite users.' },
  remove_users: { group: 'Team', sentence: 'Suspend users.' },
  assign_roles: { group: 'Team', sentence: 'Create and change roles and give them to users.' },
  view_settings: { group: 'Settings', sentence: 'See settings.' },
  manage_settings: { group: 'Settings', sentence: 'Change settings, and delete rows permanently.' },
  manage_integrations: { group: 'Settings', sentence: 'Manage integrations, workflows and webhooks.' },
  view_billing: { group: 'Settings', sentence: 'See billing.' },
  manage_billing: { group: 'Settings', sentence: 'Change billing.' },
  manage_organization: { group: 'Settings', sentence: 'Change the organisation.' },
  view_admin_dashboard: { group: 'Administration', sentence: 'See health, metrics and jobs.' },
  access_admin: { group: 'Administration', sentence: 'Sign in to the admin panel.' },
  view_audit_log: { group: 'Administration', sentence: 'Read the audit log.' },
} as const satisfies Record<string, PermissionFacts>;

export type Permission = keyof typeof PERMISSIONS;

export const permissionCodes = Object.keys(PERMISSIONS) as Permission[];

export function isPermission(code: string): code is Permission {
  return Object.hasOwn(PERMISSIONS, code);
}

const INSTALLATION_WIDE: ReadonlySet<string> = new Set<Permission>([
  'manage_team',
  'invite_users',
  'remove_users',
  'assign_roles',
  'manage_settings',
  'manage_integrations',
  'view_billing',
  'manage_billing',
  'manage_organization',
  'view_admin_dashboard',
  'access_admin',
  'view_audit_log',
]);

/** Whether a permission is about the installation rather than about rows that somebody owns. */
export function isInstallationWide(code: string): boolean {
  return INSTALLATION_WIDE.has(code);
}

export interface SystemRole {
  name: 'admin' | 'manager' | 'sales_rep' | 'viewer' | 'guest';
  display_name: string;
  description: string;
  level: number;
  color: string;
  permissions: Permission[];
}

const ADMIN_ONLY: readonly Permission[] = [
  'view_admin_dashboard',
  'remove_users',
  'assign_roles',
  'manage_integrations',
  'view_billing',
  'manage_billing',
  'access_admin',
  'manage_organization',
  'view_audit_log',
];

const VIEWER: Permission[] = [
  'view_dashboard',
  'view_contacts',
  'view_deals',
  'view_tasks',
  'view_reports',
  'view_campaigns',
];

const SALES_REP: Permission[] = [
  ...VIEWER,
  'create_contacts',
  'edit_contacts',
  'create_deals',
  'edit_deals',
  'close_deals',
  'create_tasks',
  'edit_tasks',
  'view_settings',
];

/** LIST of the roles that `init-roles` makes, highest first. */
export const SYSTEM_ROLES: readonly SystemRole[] = [
  {
    name: 'admin',
    display_name: 'Administrator',
    description: 'Everything, on every row.',
    level: 4,
    color: 'purple',
    permissions: permissionCodes,
  },
  {
    name: 'manager',
    display_name: 'Manager',
    description: 'Runs teams: their rows, reports, exports and settings.',
    level: 3,
    color: 'blue',
    permissions: permissionCodes.filter((code) => !ADMIN_ONLY.includes(code)),
  },
  {
    name: 'sales_rep',
    display_name: 'Sales Representative',
    description: 'Works on their own contacts, deals and tasks.',
    level: 2,
    color: 'green',
    permissions: SALES_REP,
  },
  {
    name: 'viewer',
    display_name: 'Viewer',
    description: 'Reads contacts, deals, tasks and reports.',
    level: 1,
    color: 'gray',
    permissions: VIEWER,
  },
  {
    name: 'guest',
    display_name: 'Guest',
    description: 'Sees the dashboard only.',
    level: 0,
    color: 'yellow',
    permissions: ['view_dashboard'],
  },
];

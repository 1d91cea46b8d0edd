const LABELS: Record<string, string> = {
  id: 'ID',
  ip: 'IP address',
  actor_name: 'Who',
  what: 'Event',
  assign_to_name: 'Assign to',
  event: 'Event code',
  resource_label: 'On',
  resource_type: 'Kind',
  resource_id: 'Record',
  created_by_id: 'Created by',
  created_at: 'Created',
  updated_at: 'Changed',
  due_date: 'Due',
  is_all_day: 'All day',
  is_shared: 'Shared',
  is_done: 'Done',
  do_not_email: 'Do not e-mail',
  linkedin: 'LinkedIn',
  linkedin_url: 'LinkedIn',
  contacts_count: 'Contacts',
  deals_count: 'Deals',
  members_count: 'Members',
  users_count: 'Users',
  permissions_count: 'Permissions',
  full_name: 'Name',
  is_active: 'Active',
  is_default: 'Default',
  is_lost: 'For lost deals',
  is_primary: 'Primary',
  is_retired: 'Retired',
  is_rotting: 'Rotting',
  is_system_role: 'System role',
  is_won: 'For won deals',
  sku: 'SKU',
  email: 'E-mail',
  emails: 'E-mail addresses',
  phones: 'Phone numbers',
  external_ids: 'Ids in other systems',
  avatar_url: 'Picture address',
};

/** `last_contacted_at` is read as "Last contacted", `owner_id` as "Owner". */
export function labelOf(name: string): string {
  const known = LABELS[name];
  if (known) return known;
  const words = name.replace(/_(id|at)$/, '').replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

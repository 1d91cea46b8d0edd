import { flat, type PropertyJSON, type RecordJSON } from 'adminjs';

export interface PermissionFact {
  code: string;
  group: string;
  sentence: string;
}

/** The permissions that a role holds, in the order in which they were given. */
export function heldPermissions(record: RecordJSON, property: PropertyJSON): string[] {
  const held: unknown = flat.get(record.params, property.path);
  return Array.isArray(held) ? held.map(String) : [];
}

/** All permissions by group, as the server listed them. */
export function permissionGroups(property: PropertyJSON): [string, PermissionFact[]][] {
  const groups = new Map<string, PermissionFact[]>();
  for (const fact of (property.custom.permissions ?? []) as PermissionFact[]) {
    groups.set(fact.group, [...(groups.get(fact.group) ?? []), fact]);
  }
  return [...groups];
}

import { isDeepStrictEqual } from 'node:util';
import type { Ctx } from '../core/ctx.ts';
import { type FieldSet, NO_FIELDS } from '../core/field-definitions.ts';
import type { Changes } from '../events/record.ts';
import type { Resource } from './resource.ts';

/** The column of every noun that may be given fields of its own. */
export const CUSTOM_COLUMN = 'custom_fields';

/** The fields that the installation has added to this noun. */
export function fieldsOf(ctx: Pick<Ctx, 'customFields'>, resource: Resource): FieldSet {
  return resource.columns.has(CUSTOM_COLUMN) ? ctx.customFields.of(resource.plural) : NO_FIELDS;
}

/** How filters, orders, errors and the audit log name a field in it. */
export const CUSTOM_PREFIX = `${CUSTOM_COLUMN}.`;

/** The change of each field by itself, so that two people who change different ones are not in one another's way. */
export function compareFields(before: unknown, after: unknown): Changes {
  const old = (before ?? {}) as Record<string, unknown>;
  const next = (after ?? {}) as Record<string, unknown>;
  const changes: Changes = {};
  for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (isDeepStrictEqual(old[name], next[name])) continue;
    changes[`${CUSTOM_PREFIX}${name}`] = [old[name] ?? null, next[name] ?? null];
  }
  return changes;
}

/** Leaves out the changes of fields that are not shown, and of those that bore a name before the field of today did. */
export function shownChanges(set: FieldSet, changes: Changes, happenedAt: string): Changes {
  const shown = Object.entries(changes).filter(([path]) => {
    if (!path.startsWith(CUSTOM_PREFIX)) return true;
    const field = set.active.get(path.slice(CUSTOM_PREFIX.length));
    return field !== undefined && Date.parse(field.created_at) <= Date.parse(happenedAt);
  });
  return Object.fromEntries(shown);
}

/** The column of an answer: without the values of fields that are not shown. */
export function shownColumn(set: FieldSet, alias: string): string {
  if (set.hidden.length === 0) return `${alias}.${CUSTOM_COLUMN}`;
  return `${alias}.${CUSTOM_COLUMN} - '{${set.hidden.join(',')}}'::text[] AS ${CUSTOM_COLUMN}`;
}

/** The custom fields as they were before these changes. */
export function takeBackFields(after: unknown, changes: Changes): Record<string, unknown> {
  const before = { ...(after as Record<string, unknown>) };
  for (const [path, [old]] of Object.entries(changes)) {
    if (!path.startsWith(CUSTOM_PREFIX)) continue;
    const name = path.slice(CUSTOM_PREFIX.length);
    if (old === null) delete before[name];
    else before[name] = old;
  }
  return before;
}

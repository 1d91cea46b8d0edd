import type { BaseRecord } from 'adminjs';

/** What a person calls the row, as lists and links show it. AdminJS's own `title()` looks for a column of its choice. */
export function titleOf(record: BaseRecord): string {
  return record.resource.decorate().titleOf(record);
}

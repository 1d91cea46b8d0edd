import { Text, ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { ChangeList } from './change-list.tsx';
import { readJson } from './json-value.ts';

/** The changes that an entry of the audit log records. */
export default function ChangesShow({ property, record }: ShowPropertyProps) {
  const recorded = (readJson(record, property.path) ?? {}) as Record<string, [unknown, unknown]>;
  const changes = Object.entries(recorded)
    .filter(([, pair]) => Array.isArray(pair))
    .map(([field, [before, after]]) => ({ field, before, after }));
  return (
    <ValueGroup label="Changes">
      {changes.length === 0 ? <Text>None</Text> : <ChangeList changes={changes} />}
    </ValueGroup>
  );
}

import { Badge, Box, Text, ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import type { EntriesShape } from '../json-field.ts';
import { labelOf } from '../labels.ts';
import { readJson } from './json-value.ts';
import { printValue } from './print-value.ts';
import { readerZone } from './reader-zone.ts';

/** A list of small objects, one line each: texts as they are, what is true of an entry as a badge. */
export default function EntriesShow({ property, record }: ShowPropertyProps) {
  const { columns } = property.custom.shape as EntriesShape;
  const given = readJson(record, property.path);
  const entries = Array.isArray(given) ? (given as Record<string, unknown>[]) : [];
  return (
    <ValueGroup label={labelOf(property.path)}>
      {entries.map((entry, index) => (
        <Box key={index} flex flexDirection="row" alignItems="center" flexWrap="wrap" style={{ gap: 8, minHeight: 28 }}>
          {columns.map(({ name, label, kind, isRequired }) => {
            if (kind === 'boolean') return entry[name] === true && <Badge key={name}>{label}</Badge>;
            return (
              <Text key={name} as="span" color={isRequired ? undefined : 'grey60'} style={{ overflowWrap: 'anywhere' }}>
                {printValue(entry[name], readerZone())}
              </Text>
            );
          })}
        </Box>
      ))}
      {entries.length === 0 && <Text>None</Text>}
    </ValueGroup>
  );
}

import { Box, Text, ValueGroup } from '@adminjs/design-system';
import type { ShowPropertyProps } from 'adminjs';
import { labelOf } from '../labels.ts';
import { readJson } from './json-value.ts';
import { printValue } from './print-value.ts';
import { readerZone } from './reader-zone.ts';

const GRID = {
  display: 'grid',
  gridTemplateColumns: 'minmax(96px, max-content) minmax(0, 1fr)',
  columnGap: 24,
  rowGap: 6,
};

/** A map, one line for each name. */
export default function PairsShow({ property, record }: ShowPropertyProps) {
  const pairs = Object.entries((readJson(record, property.path) ?? {}) as object);
  return (
    <ValueGroup label={labelOf(property.path)}>
      {pairs.length === 0 ? (
        <Text>None</Text>
      ) : (
        <Box as="dl" style={GRID}>
          {pairs.map(([name, value]) => [
            <Text as="dt" key={name} color="grey60" lineHeight="22px" style={{ overflowWrap: 'anywhere' }}>
              {name}
            </Text>,
            <Text
              as="dd"
              key={`${name} value`}
              lineHeight="22px"
              style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}
            >
              {printValue(value, readerZone())}
            </Text>,
          ])}
        </Box>
      )}
    </ValueGroup>
  );
}

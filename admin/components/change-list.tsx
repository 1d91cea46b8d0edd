import { Box, Text } from '@adminjs/design-system';
import type { Change } from '../history-view.ts';
import { labelOf } from '../labels.ts';
import { printValue } from './print-value.ts';
import { readerZone } from './reader-zone.ts';

const GRID = {
  display: 'grid',
  gridTemplateColumns: 'clamp(88px, 28%, 180px) minmax(0, 1fr)',
  columnGap: 16,
  rowGap: 8,
};
const VALUE = { overflowWrap: 'anywhere', whiteSpace: 'pre-wrap', textDecoration: 'none' } as const;

/** Which fields went from what to what. */
export function ChangeList({ changes }: { changes: Change[] }) {
  return (
    <Box as="dl" style={GRID}>
      {changes.map(({ field, before, after }) => [
        <Text as="dt" key={field} color="grey60" lineHeight="22px">
          {labelOf(field)}
        </Text>,
        <Text as="dd" key={`${field} values`} lineHeight="22px">
          {before !== null && before !== undefined && (
            <>
              <Text as="del" color="grey60" style={{ ...VALUE, textDecoration: 'line-through' }}>
                {printValue(before, readerZone())}
              </Text>
              {' → '}
            </>
          )}
          <ins style={VALUE}>{printValue(after, readerZone())}</ins>
        </Text>,
      ])}
    </Box>
  );
}

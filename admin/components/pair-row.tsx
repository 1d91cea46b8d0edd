import { Box, FormGroup, FormMessage } from '@adminjs/design-system';
import type { ValueKind } from '../json-field.ts';
import { ChoiceInput, TextInput } from './inputs.tsx';
import { convertRow, isEmpty, type PairRow } from './pair-rows.ts';
import { PairValue } from './pair-value.tsx';
import { RemoveButton } from './row-buttons.tsx';

const KINDS: Record<ValueKind, string> = {
  text: 'Text',
  number: 'Number',
  boolean: 'Yes or no',
  list: 'List',
  null: 'Empty',
};

interface PairRowEditProps {
  row: PairRow;
  kinds: ValueKind[];
  /** Whether a row above has the same name. */
  isTwice: boolean;
  error: string | undefined;
  onChange: (row: PairRow) => void;
  onRemove: () => void;
}

/** Name, kind and value of one pair of a map. */
export function PairRowEdit({ row, kinds, isTwice, error, onChange, onRemove }: PairRowEditProps) {
  return (
    <FormGroup error={error !== undefined} mb={['xl', 'default']}>
      <Box flex flexDirection="row" alignItems="flex-start" flexWrap="wrap" style={{ gap: 8 }}>
        <TextInput
          aria-label="Name"
          placeholder="Name"
          value={row.name}
          required={!isEmpty(row)}
          // Of two values under one name only one could be kept.
          problem={isTwice ? 'This name is there already.' : undefined}
          onText={(name) => onChange({ ...row, name })}
          style={{ flex: '2 1 140px' }}
        />
        <Box flex flexDirection="row" alignItems="flex-start" style={{ flex: '5 1 260px', gap: 8 }}>
          {kinds.length > 1 && (
            <ChoiceInput
              aria-label="Kind"
              choices={kinds.map((kind) => ({ value: kind, label: KINDS[kind] }))}
              value={row.kind}
              onText={(kind) => onChange(convertRow(row, kind as ValueKind))}
              style={{ flex: '0 0 112px' }}
            />
          )}
          <PairValue row={row} onChange={(value) => onChange({ ...row, value })} />
          <RemoveButton onClick={onRemove} />
        </Box>
      </Box>
      {error && <FormMessage>{error}</FormMessage>}
    </FormGroup>
  );
}

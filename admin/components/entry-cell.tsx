import { Box, CheckBox, FormGroup, FormMessage, Label } from '@adminjs/design-system';
import type { EntryColumn } from '../json-field.ts';
import { ChoiceInput, TextInput } from './inputs.tsx';

interface EntryCellProps {
  id: string;
  column: EntryColumn;
  value: unknown;
  error: string | undefined;
  onChange: (value: unknown) => void;
}

/** The input for one value of an entry, with what is wrong with it below. */
export function EntryCell({ id, column, value, error, onChange }: EntryCellProps) {
  const { kind, label, choices, isRequired } = column;
  if (kind === 'boolean') {
    return (
      <Box flex flexDirection="row" alignItems="center" style={{ minHeight: 38 }}>
        <CheckBox id={id} checked={value === true} onChange={() => onChange(value !== true)} />
        <Label inline htmlFor={id} ml="default">
          {label}
        </Label>
      </Box>
    );
  }
  const common = {
    id,
    'aria-label': label,
    placeholder: label,
    required: isRequired,
    width: '100%',
    value: value === null || value === undefined ? '' : String(value),
  };
  return (
    <FormGroup error={error !== undefined} mb={0} style={{ flex: isRequired ? '3 1 200px' : '1 1 110px' }}>
      {kind === 'choice' ? (
        <ChoiceInput {...common} choices={choices} onText={onChange} />
      ) : (
        <TextInput
          {...common}
          type={kind}
          onText={(text) => onChange(kind === 'number' && text !== '' ? Number(text) : text)}
        />
      )}
      {error && <FormMessage>{error}</FormMessage>}
    </FormGroup>
  );
}

import { ChoiceInput, TextInput } from './inputs.tsx';
import type { PairRow } from './pair-rows.ts';

const YES_OR_NO = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** The input for one value of a map, by its kind. */
export function PairValue({ row: { kind, value }, onChange }: { row: PairRow; onChange: (value: unknown) => void }) {
  const common = { 'aria-label': 'Value', style: { flex: '1 1 0', minWidth: 0 } };
  switch (kind) {
    case 'null':
      return <TextInput {...common} value="" placeholder="No value" disabled onText={onChange} />;
    case 'boolean':
      return (
        <ChoiceInput
          {...common}
          choices={YES_OR_NO}
          value={String(value)}
          onText={(text) => onChange(text === 'true')}
        />
      );
    case 'number':
      return (
        <TextInput
          {...common}
          type="number"
          step="any"
          required
          value={String(value)}
          onText={(text) => onChange(text === '' ? '' : Number(text))}
        />
      );
    case 'list':
      return (
        <TextInput
          as="textarea"
          {...common}
          rows={3}
          placeholder="One in each line"
          value={(value as string[]).join('\n')}
          onText={(text) => onChange(text.split('\n'))}
        />
      );
    case 'text':
      return <TextInput {...common} placeholder="Value" value={String(value)} onText={onChange} />;
  }
}

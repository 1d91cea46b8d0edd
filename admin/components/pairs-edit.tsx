import { FormGroup, FormMessage, Label } from '@adminjs/design-system';
import type { EditPropertyProps } from 'adminjs';
import { useState } from 'react';
import type { PairsShape } from '../json-field.ts';
import { labelOf } from '../labels.ts';
import { findError, readJson } from './json-value.ts';
import { PairRowEdit } from './pair-row.tsx';
import { type PairRow, printRows, toRows } from './pair-rows.ts';
import { AddButton } from './row-buttons.tsx';

/** A map: a row with a name and a value for each of its pairs, all of them sent as one JSON text. */
export default function PairsEdit({ property, record, onChange }: EditPropertyProps) {
  const { path } = property;
  const { kinds } = property.custom.shape as PairsShape;
  // Kept here, because a map has no place for a row without a name or with one that is there already.
  const [rows, setRows] = useState(() => toRows(readJson(record, path)));
  const set = (next: PairRow[]) => {
    setRows(next);
    onChange(path, printRows(next));
  };
  const errorOf = (name: string) => (name === '' ? undefined : findError(record, `${path}.${name}`));
  return (
    <FormGroup error={record.errors[path] !== undefined} role="group" aria-label={labelOf(path)}>
      <Label>{labelOf(path)}</Label>
      {rows.map((row, index) => (
        <PairRowEdit
          key={index}
          row={row}
          kinds={kinds}
          isTwice={row.name !== '' && rows.findIndex(({ name }) => name === row.name) < index}
          error={errorOf(row.name)}
          onChange={(next) => set(rows.map((each, at) => (at === index ? next : each)))}
          onRemove={() => set(rows.filter((_, at) => at !== index))}
        />
      ))}
      <AddButton path={path} onClick={() => set([...rows, { name: '', kind: kinds[0] ?? 'text', value: '' }])} />
      <FormMessage>{record.errors[path]?.message}</FormMessage>
    </FormGroup>
  );
}

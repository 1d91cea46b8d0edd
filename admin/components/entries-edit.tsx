import { Box, FormGroup, FormMessage, Label } from '@adminjs/design-system';
import type { EditPropertyProps } from 'adminjs';
import type { EntriesShape } from '../json-field.ts';
import { labelOf } from '../labels.ts';
import { EntryCell } from './entry-cell.tsx';
import { findError, forgetErrors, readJson } from './json-value.ts';
import { AddButton, RemoveButton } from './row-buttons.tsx';

type Entry = Record<string, unknown>;

/** A list of small objects: one row of inputs for each, all of them sent as one JSON text. */
export default function EntriesEdit({ property, record, onChange }: EditPropertyProps) {
  const { path } = property;
  const { columns } = property.custom.shape as EntriesShape;
  const given = readJson(record, path);
  const entries = Array.isArray(given) ? (given as Entry[]) : [];
  const set = (next: Entry[]) => onChange(path, JSON.stringify(next));
  const change = (index: number, name: string, value: unknown) =>
    set(entries.map((entry, at) => (at === index ? { ...entry, [name]: value } : entry)));
  const add = () => set([...entries, Object.fromEntries(columns.map(({ name, initial }) => [name, initial]))]);
  const remove = (index: number) => {
    const params = { ...record.params, [path]: JSON.stringify(entries.filter((_, at) => at !== index)) };
    // What was wrong with the third entry is not wrong with the one that is the third now.
    onChange(forgetErrors({ ...record, params }, path));
  };
  return (
    <FormGroup error={record.errors[path] !== undefined} role="group" aria-label={labelOf(path)}>
      <Label>{labelOf(path)}</Label>
      {entries.map((entry, index) => (
        <Box
          key={index}
          flex
          flexDirection="row"
          alignItems="flex-start"
          flexWrap="wrap"
          mb={['xl', 'default']}
          style={{ gap: 8 }}
        >
          {columns.map((column) => (
            <EntryCell
              key={column.name}
              id={`${path}.${index}.${column.name}`}
              column={column}
              value={entry[column.name]}
              error={findError(record, `${path}.${index}.${column.name}`)}
              onChange={(value) => change(index, column.name, value)}
            />
          ))}
          <RemoveButton onClick={() => remove(index)} />
        </Box>
      ))}
      <AddButton path={path} onClick={add} />
      <FormMessage>{record.errors[path]?.message}</FormMessage>
    </FormGroup>
  );
}

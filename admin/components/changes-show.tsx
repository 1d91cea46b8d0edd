import { Table, TableBody, TableCell, TableHead, TableRow, Text, ValueGroup } from '@adminjs/design-system';
import { flat, type ShowPropertyProps } from 'adminjs';

/** Which field went from what to what. */
export default function ChangesShow({ property, record }: ShowPropertyProps) {
  const changes = (flat.get(record.params, property.path) ?? {}) as Record<string, [unknown, unknown]>;
  const fields = Object.entries(changes).filter(([, pair]) => Array.isArray(pair));
  return (
    <ValueGroup label="Changes">
      {fields.length === 0 ? (
        <Text>None</Text>
      ) : (
        <Table>
          <TableHead>
            <TableRow>
              <TableCell>Field</TableCell>
              <TableCell>Before</TableCell>
              <TableCell>After</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {fields.map(([field, [before, after]]) => (
              <TableRow key={field}>
                <TableCell>{field.replaceAll('_', ' ')}</TableCell>
                <TableCell>{print(before)}</TableCell>
                <TableCell>{print(after)}</TableCell>
              </TableRow>
            ))}
          </TableBody>
        </Table>
      )}
    </ValueGroup>
  );
}

function print(value: unknown): string {
  if (value === null || value === undefined || value === '') return '–';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

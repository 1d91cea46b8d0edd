import type { ShowPropertyProps } from 'adminjs';
import { printInstant } from '../instants.ts';
import { readerZone } from './reader-zone.ts';

export default function InstantList({ property, record }: ShowPropertyProps) {
  const value: unknown = record.params[property.path];
  if (typeof value !== 'string' || value === '') return <span />;
  return (
    <time dateTime={value} style={{ whiteSpace: 'nowrap' }}>
      {printInstant(value, readerZone())}
    </time>
  );
}

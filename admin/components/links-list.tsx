import type { ShowPropertyProps } from 'adminjs';
import { readLinks } from './link-entries.ts';

/** The names of other rows, in one cell of a list; a click there opens the row itself. */
export default function LinksList({ property, record }: ShowPropertyProps) {
  const names = readLinks(record, property).map(({ text }) => text);
  return <span>{names.join(', ')}</span>;
}

import type { ValueKind } from '../json-field.ts';

/** One name of a map while it is edited. The kind stands beside the value, as a number half typed is a text. */
export interface PairRow {
  name: string;
  kind: ValueKind;
  value: unknown;
}

export function toRows(map: unknown): PairRow[] {
  const isMap = typeof map === 'object' && map !== null && !Array.isArray(map);
  return isMap ? Object.entries(map).map(([name, value]) => ({ name, kind: kindOf(value), value })) : [];
}

/** The map as JSON. A row in which nothing was written yet is left out, and so is a blank line of a list. */
export function printRows(rows: PairRow[]): string {
  const pairs = rows.filter((row) => !isEmpty(row)).map(({ name, value }) => [name, withoutBlanks(value)]);
  return JSON.stringify(Object.fromEntries(pairs));
}

function withoutBlanks(value: unknown): unknown {
  return Array.isArray(value) ? value.filter((line) => line.trim() !== '') : value;
}

export function isEmpty({ name, value }: PairRow): boolean {
  return name === '' && value === '';
}

/** The value as one of another kind, as far as it can be one. */
export function convertRow(row: PairRow, kind: ValueKind): PairRow {
  const text = Array.isArray(row.value) ? row.value.join('\n') : String(row.value ?? '');
  return { ...row, kind, value: convert(text, kind) };
}

function convert(text: string, kind: ValueKind): unknown {
  if (kind === 'null') return null;
  if (kind === 'boolean') return text === 'true';
  if (kind === 'list') return text.split('\n');
  if (kind === 'number') return text.trim() === '' || Number.isNaN(Number(text)) ? '' : Number(text);
  return text;
}

function kindOf(value: unknown): ValueKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value as 'number' | 'boolean';
  return 'text';
}

import pg from 'pg';

const { builtins } = pg.types;

/**
 * How a column's text becomes the value that goes into JSON. Instants stay text (`2026-01-31T08:00:00.5Z`): building
 * a Date for each of them, only to print it again, is the largest cost of a list.
 */
const parsers: Record<number, (text: string) => unknown> = {
  [builtins.TIMESTAMPTZ]: toIsoInstant,
  [builtins.DATE]: (text) => text,
  [builtins.NUMERIC]: Number,
  [builtins.INT8]: Number,
};

/** The `getTypeParser` of every connection. Binary results are left to pg. */
export function parseColumn(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (format !== 'binary') {
    const parser = parsers[oid];
    if (parser) return parser;
  }
  return pg.types.getTypeParser(oid, (format ?? 'text') as 'text');
}

/** Connections run with TimeZone UTC, so PostgreSQL prints `2026-01-31 08:00:00.5+00`. */
function toIsoInstant(text: string): string {
  if (!text.endsWith('+00')) return text;
  return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
}

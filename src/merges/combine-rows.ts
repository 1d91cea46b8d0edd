import { isDeepStrictEqual } from 'node:util';
import type { Row } from '../core/database.ts';
import type { Changes } from '../events/record.ts';
import type { MergeRules } from './merge-rules.ts';

/** For each field the id of the row that it is taken from. */
export type Choices = Record<string, string>;

const MOST_ENTRIES = 20;

interface Entry {
  value: string;
  type: string;
  is_primary: boolean;
}

/**
 * What changes at the target: the chosen values, and of the rest what the target lacks, from the first source that has
 * it. Words are united, entries with a value and fields of a map too. `rows` begins with the target.
 */
export function combineRows(rules: MergeRules, rows: Row[], choices: Choices): Changes {
  const { resource, collected, latest, lasting, following } = rules;
  const [target] = rows as [Row];
  const after: Row = {};
  for (const field of Object.keys(resource.write)) {
    const chosen = rows.find((row) => row.id === choices[field]);
    after[field] = chosen ? chosen[field] : combineValues(rules, field, rows);
  }
  for (const [list, fields] of Object.entries(collected)) {
    if (!choices[list]) after[list] = collectEntries(rows, after, list, fields);
  }
  for (const field of latest) {
    after[field] = rows.map((row) => row[field]).reduce((a, b) => (toMoment(b) > toMoment(a) ? b : a));
  }
  for (const field of lasting) {
    if (!choices[field]) after[field] = rows.some((row) => row[field] === true);
  }
  for (const [field, leader] of Object.entries(following)) {
    const giver = rows.find((row) => !isEmpty(row[leader]) && row[leader] === after[leader]);
    if (giver && !choices[field]) after[field] = giver[field];
  }
  const changes: Changes = {};
  for (const [field, value] of Object.entries(after)) {
    if (!isDeepStrictEqual(target[field], value)) changes[field] = [target[field], value];
  }
  return changes;
}

function combineValues({ resource }: MergeRules, field: string, rows: Row[]): unknown {
  const values = rows.map((row) => row[field]);
  const kind = resource.columns.get(field);
  if (kind === 'list') return [...new Set(values.flat())];
  if (kind === 'json' && !Array.isArray(values[0])) return Object.assign({}, ...values.toReversed());
  // A row that stands above or below another in a tree cannot name one that it becomes.
  const isOwn = Object.values(resource.relations).some(
    ({ column, target }) => column === field && target().plural === resource.plural,
  );
  const ids = rows.map((row) => row.id);
  return values.find((value) => !isEmpty(value) && !(isOwn && ids.includes(value))) ?? (isOwn ? null : values[0]);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** The target's own entries, those of the sources, and every address or number that no other field keeps. */
function collectEntries(rows: Row[], after: Row, list: string, fields: readonly string[]): Entry[] {
  const [target, ...sources] = rows as [Row, ...Row[]];
  const entries = [...(target[list] as Entry[])];
  const known = new Set([...fields.map((field) => after[field]), ...entries.map(({ value }) => value)]);
  const add = (entry: Entry) => {
    if (known.has(entry.value) || entries.length >= MOST_ENTRIES) return;
    known.add(entry.value);
    entries.push({ ...entry, is_primary: false });
  };
  for (const source of sources) for (const entry of source[list] as Entry[]) add(entry);
  for (const row of rows) {
    for (const field of fields) {
      if (typeof row[field] === 'string') add({ value: row[field], type: 'other', is_primary: false });
    }
  }
  return entries;
}

function toMoment(value: unknown): number {
  return typeof value === 'string' ? Date.parse(value) : Number.NEGATIVE_INFINITY;
}

import type { Resource } from './crud/resource.ts';
import { recordResources } from './records/record-types.ts';

/** A column that names a row of `target`. What names one that is merged into another goes over to that one. */
export interface Reference {
  table: string;
  column: string;
  /** The table of the rows that are named. */
  target: string;
  /** Columns with which it is unique: a row that the other one has already stays where it is. */
  uniqueWith?: readonly string[];
  /** A mere link, which has no version. */
  isLink?: boolean;
  /** What tells its rows apart beside the column; `id` unless told. */
  key?: string;
  /** Names rows of several kinds: the column that says of which. */
  kindColumn?: string;
}

/** LIST of the columns that name a record and are no relation of a record type, which are taken from its resource. */
const links: readonly Reference[] = [
  {
    table: 'contact_group_members',
    column: 'contact_id',
    target: 'contacts',
    uniqueWith: ['group_id'],
    isLink: true,
  },
  {
    table: 'deal_contacts',
    column: 'contact_id',
    target: 'contacts',
    uniqueWith: ['deal_id'],
    isLink: true,
    key: 'deal_id',
  },
];

/** LIST of the tables whose rows are about a record of any type: `target_type` and `target_id`. */
const aboutRecords: readonly Pick<Reference, 'table' | 'uniqueWith'>[] = [
  { table: 'activities' },
  { table: 'comments' },
  { table: 'follows', uniqueWith: ['user_id'] },
  { table: 'reminders' },
];

/** LIST of the columns that keep naming a row that was merged: they say what was, and where it went. */
export const HISTORICAL: readonly string[] = [
  'contacts.merged_into_id',
  'companies.merged_into_id',
  'recent_items.target_id',
];

/** Every column that names rows of this record type. */
export function referencesTo({ plural }: Resource): Reference[] {
  const relations = recordResources.flatMap(({ plural: table, relations }) =>
    Object.values(relations)
      .filter((relation) => relation.target().plural === plural)
      .map(({ column }): Reference => ({ table, column, target: plural })),
  );
  const polymorphic = aboutRecords.map(
    (each): Reference => ({ ...each, column: 'target_id', target: plural, kindColumn: 'target_type' }),
  );
  return [...relations, ...links.filter(({ target }) => target === plural), ...polymorphic];
}

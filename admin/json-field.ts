/** How a field of JSON is edited, told to the browser; types only, as both sides import it. */
export type FieldShape = EntriesShape | PairsShape;

/** A list of small objects of one form, such as e-mail addresses with a type. */
export interface EntriesShape {
  kind: 'entries';
  columns: EntryColumn[];
}

export interface EntryColumn {
  name: string;
  label: string;
  kind: 'text' | 'number' | 'boolean' | 'choice';
  choices: { value: string; label: string }[];
  /** What a new entry holds here. */
  initial: unknown;
  isRequired: boolean;
}

/** A map from names to single values. */
export interface PairsShape {
  kind: 'pairs';
  kinds: ValueKind[];
}

export type ValueKind = 'text' | 'number' | 'boolean' | 'list' | 'null';

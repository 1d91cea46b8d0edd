/** The kinds of field that an installation may add to its nouns. */
export const FIELD_TYPES = [
  'text',
  'long_text',
  'integer',
  'decimal',
  'boolean',
  'date',
  'datetime',
  'select',
  'multi_select',
  'url',
  'email',
  'phone',
  'currency',
  'user',
  'relation',
] as const;

export type FieldType = (typeof FIELD_TYPES)[number];

/** One value that a select offers. One that is not active is kept by the rows that hold it, and given to no other. */
export interface FieldChoice {
  value: string;
  label: string;
  color: string | null;
  is_active: boolean;
}

/** What bounds the values of a field that is no select. */
export interface FieldLimits {
  /** The noun, in the plural, to whose rows a relation leads. */
  entity?: string;
  min?: number;
  max?: number;
  max_length?: number;
}

export interface FieldDefinition {
  id: string;
  /** The noun that has it, in the plural. */
  entity: string;
  name: string;
  label: string;
  field_type: FieldType;
  options: FieldChoice[] | FieldLimits;
  required: boolean;
  default: unknown;
  unique: boolean;
  is_filterable: boolean;
  created_at: string;
}

/** The fields of one noun. */
export interface FieldSet {
  /** Those that are shown and taken, by name, in their order. */
  active: ReadonlyMap<string, FieldDefinition>;
  /** Names whose values stand in the rows and are shown no more. */
  hidden: readonly string[];
}

export const NO_FIELDS: FieldSet = { active: new Map(), hidden: [] };

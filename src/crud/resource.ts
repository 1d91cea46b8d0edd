import { getMetadataArgsStorage } from 'typeorm';
import { z } from 'zod';
import type { Bind, RequiredPermission, ScopeRule } from '../auth/scope.ts';
import type { ResourceEntity } from '../core/base-entity.ts';
import type { Principal } from '../core/ctx.ts';
import { CUSTOM_FIELDS_MARK } from '../http/openapi.ts';
import type { Operator } from './operators.ts';

export type Shape = Record<string, z.ZodType>;
export type ColumnKind = 'text' | 'uuid' | 'instant' | 'date' | 'number' | 'boolean' | 'list' | 'json';

/** The condition under which the caller reaches rows of another table, by that table's rule. */
export type Scoped = (rule: ScopeRule, permission: RequiredPermission, alias: string) => string;

/** A field that is read with an expression over the row, never written. */
export interface ComputedField {
  schema: z.ZodType;
  /** SQL over the row's alias. `scoped` limits rows of another table to those that the caller may read. */
  sql: (alias: string, scoped: Scoped) => string;
  /**
   * What is known of it at an earlier instant: `own` follows from the row's own columns, the changes of `recorded` are
   * told by its events. Without it the field is left out of a row as it was.
   */
  past?: 'own' | 'recorded';
}

/** A condition that lists filter by with true or false and that no single column holds, such as being overdue. */
export interface ComputedFilter {
  description: string;
  /** SQL over the row's alias, as it stands for this caller at this moment. */
  sql: (alias: string, caller: Pick<Principal, 'user_id' | 'time_zone'>, bind: Bind) => string;
}

/** Another row that a column names. */
export interface Relation {
  column: string;
  target: () => Resource;
  /** The companion field that carries the other row's label, such as `company_name`. */
  label: string;
  /**
   * Fields of a card that every reader may see whatever their scope. Without it label and expansion are limited to
   * what the caller may read of the target.
   */
  card?: readonly string[];
  /** The other row is a user who holds this one: given only to users within the writer's reach. */
  isHolder?: boolean;
  /** The column may be null and is cleared when the other row is purged. */
  isCleared?: boolean;
}

export interface ResourceDefinition<W extends Shape> {
  /** The singular noun: event names and messages. */
  noun: string;
  /** The plural noun: path, table and OpenAPI tag. */
  plural: string;
  entity: abstract new () => ResourceEntity;
  /** SQL over the row's alias for what a person calls the row. */
  label: (alias: string) => string;
  permissions: {
    view: RequiredPermission;
    create: RequiredPermission;
    edit: RequiredPermission;
    delete: RequiredPermission;
  };
  scope: ScopeRule;
  /** Fields that clients write: the create shape. Update takes the same, all optional. */
  write: W;
  /**
   * Fields that clients write and that are no columns, such as rows of another table. The service says what comes of
   * them; what is read is a computed field of the same name.
   */
  input?: Shape;
  /** Input that is no column; the service says what comes of it, in a create as in an update. */
  extraInput?: Shape;
  /** Input of a create alone that is no column. */
  createOnly?: Shape;
  /** Columns that are read but set by the system. */
  read?: Shape;
  computed?: Record<string, ComputedField>;
  relations?: Record<string, Relation>;
  /** Fields that lists filter and sort by. */
  filters: readonly string[];
  computedFilters?: Record<string, ComputedFilter>;
  sorts: readonly string[];
  /** Other names of filters: `min_amount` is `amount__gte`. */
  filterAliases?: Record<string, { field: string; operator: Operator }>;
  /** Whether the table has a `search_vector`. */
  isSearchable?: boolean;
  /** The relation whose label stands in the `search_vector` too, while the row's own words there carry weight A. */
  searchedRelation?: string;
  /** Fields unique among the living. */
  unique?: readonly string[];
  /** Those of them, texts, of which two are one however they are spelled; the index is of their lower case. */
  caseless?: readonly string[];
  /** Writes that make a likely duplicate are refused by the service, unless it is told that one is meant. */
  refusesDuplicates?: boolean;
}

export interface Resource<W extends Shape = Shape> extends ResourceDefinition<W> {
  read: Shape;
  input: Shape;
  filterAliases: Record<string, { field: string; operator: Operator }>;
  computed: Record<string, ComputedField>;
  relations: Record<string, Relation>;
  computedFilters: Record<string, ComputedFilter>;
  unique: readonly string[];
  columns: ReadonlyMap<string, ColumnKind>;
  /** Of the columns, and of what is written without being one, which is JSON. */
  kinds: ReadonlyMap<string, ColumnKind>;
  /** Every field of an answer, in order. */
  fields: readonly string[];
  /** Those that hold a value in every row: in their order a null needs no thought and a plain index serves. */
  required: ReadonlySet<string>;
  createSchema: z.ZodObject;
  updateSchema: z.ZodObject;
  /** A full replacement: what is left out goes back to its default. */
  replaceSchema: z.ZodObject;
  viewSchema: z.ZodObject;
}

const instant = z.string().describe('ISO 8601, UTC');

const SYSTEM_READ: Shape = {
  created_at: instant,
  updated_at: instant,
  created_by_id: z.uuid().nullable(),
  version: z.number().int(),
  deleted_at: instant.nullable(),
};

const SYSTEM_FILTERS = ['id', 'created_at', 'updated_at', 'created_by_id'];
const SYSTEM_SORTS = ['created_at', 'updated_at', 'id'];

/**
 * One definition of a noun. Routes, validation, OpenAPI, filters, permission checks, events and the panel's resource
 * are read from it. It states facts only; what goes beyond create, read, update and delete stands in its service.
 */
export function defineResource<W extends Shape>(given: ResourceDefinition<W>): Resource<W> {
  const definition = { ...given, write: markCustomFields(given.write, given.plural) };
  const read = { ...(definition.read ?? {}) };
  const computed = definition.computed ?? {};
  const relations = definition.relations ?? {};
  const viewShape: Shape = {
    id: z.uuid(),
    ...mapValues(definition.write, outputOf),
    ...read,
    ...mapValues(computed, (field) => field.schema),
    ...Object.fromEntries(Object.values(relations).map((relation) => [relation.label, z.string().nullable()])),
    ...SYSTEM_READ,
  };
  const input = definition.input ?? {};
  const written: Shape = { ...definition.write, ...input };
  const columns = readColumns(definition.entity);
  const wholeShape = mapValues(written, wholeOf);
  const resource: Resource<W> = {
    ...definition,
    read,
    input,
    computed,
    relations,
    filterAliases: definition.filterAliases ?? {},
    computedFilters: definition.computedFilters ?? {},
    unique: definition.unique ?? [],
    filters: [...SYSTEM_FILTERS, ...definition.filters],
    sorts: [...SYSTEM_SORTS, ...definition.sorts],
    columns,
    kinds: new Map([...columns, ...Object.keys(input).map((name): [string, ColumnKind] => [name, 'json'])]),
    fields: Object.keys(viewShape),
    required: new Set(Object.keys(viewShape).filter((field) => viewShape[field]?.safeParse(null).success === false)),
    createSchema: z.strictObject({ ...wholeShape, ...definition.extraInput, ...definition.createOnly }),
    updateSchema: z.strictObject({ ...changeShape(written), ...definition.extraInput }),
    replaceSchema: z.strictObject({ ...replaceShape(wholeShape, relations), ...definition.extraInput }),
    viewSchema: z.strictObject(viewShape),
  };
  defined.push(resource);
  return resource;
}

const defined: Resource[] = [];

/** Where the rows of all resources name one of `target` and are to be cleared when it is purged. */
export function listReferences(target: Resource): { resource: Resource; column: string }[] {
  return defined.flatMap((resource) =>
    Object.values(resource.relations)
      .filter((relation) => relation.isCleared && relation.target().plural === target.plural)
      .map(({ column }) => ({ resource, column })),
  );
}

/** The documents say of each noun's custom fields what its installation has defined. */
function markCustomFields<W extends Shape>(write: W, plural: string): W {
  const { custom_fields } = write;
  if (!custom_fields) return write;
  return {
    ...write,
    custom_fields: withoutDefault(custom_fields)
      .meta({ [CUSTOM_FIELDS_MARK]: plural })
      .default({}),
  };
}

/** A field as it stands in an answer: always there, whatever a writer may leave out. */
function outputOf(schema: z.ZodType): z.ZodType {
  const inner = withoutDefault(schema);
  return inner === schema ? inner : outputOf(inner);
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return withoutDefault(schema.unwrap() as z.ZodType);
  return schema;
}

/**
 * What a row is written whole with. The empty text that forms send for a field left out means its default, and so does
 * a null where that is an empty list or object.
 */
function wholeOf(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodDefault)) return schema;
  const hasEmpty = typeof schema.def.defaultValue === 'object';
  const isLeftOut = (value: unknown) => (value === null ? hasEmpty : typeof value === 'string' && value.trim() === '');
  return z.preprocess((value) => (isLeftOut(value) ? undefined : value), schema);
}

/** Custom fields are changed one by one, so a null must reach them as it is to mean all of them. */
function changeShape(written: Shape): Shape {
  const { custom_fields } = written;
  const shape = mapValues(written, changeOf);
  return custom_fields ? { ...shape, custom_fields: withoutDefault(custom_fields).nullable().optional() } : shape;
}

/** What one field of a row is changed with. A null empties a list or an object, as it clears everything else. */
function changeOf(schema: z.ZodType): z.ZodType {
  const inner = withoutDefault(schema);
  const empty = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  if (typeof empty !== 'object') return inner.optional();
  return z.preprocess((value) => (value === null ? empty : value), inner).optional();
}

/** Who holds a row is not part of its content: a replacement that does not name them leaves them. */
function replaceShape(shape: Shape, relations: Record<string, Relation>): Shape {
  const holders = new Set(Object.values(relations).flatMap((relation) => (relation.isHolder ? [relation.column] : [])));
  return Object.fromEntries(
    Object.entries(shape).map(([name, schema]) => [
      name,
      schema instanceof z.ZodOptional && !holders.has(name) ? (schema.unwrap() as z.ZodType).default(null) : schema,
    ]),
  );
}

function mapValues<T, U>(record: Record<string, T>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

const KINDS: Record<string, ColumnKind> = {
  uuid: 'uuid',
  timestamptz: 'instant',
  date: 'date',
  numeric: 'number',
  'double precision': 'number',
  integer: 'number',
  boolean: 'boolean',
  jsonb: 'json',
};

function readColumns(entity: abstract new () => ResourceEntity): Map<string, ColumnKind> {
  const columns = getMetadataArgsStorage().columns.filter(
    ({ target }) => typeof target === 'function' && (target === entity || entity.prototype instanceof target),
  );
  return new Map(
    columns.map(({ propertyName, options }) => [
      propertyName,
      options.array ? 'list' : (KINDS[String(options.type)] ?? 'text'),
    ]),
  );
}

import { type Bind, findRowAccess, type RequiredPermission, requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { conflict, duplicate, fieldError, notFound, permissionDenied, versionMismatch } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { EventName } from '../events/catalog.ts';
import { type Changes, record } from '../events/record.ts';
import { compareRows } from './compare-rows.ts';
import { CUSTOM_COLUMN } from './custom-column.ts';
import { acceptCustomFields, refuseTakenFields } from './custom-fields.ts';
import { readRow } from './read-rows.ts';
import { clearReferences } from './references.ts';
import type { Resource } from './resource.ts';
import { beginSelect, equalsUnique, Parameters, scopeCondition, type Trash, trashCondition } from './select.ts';

export type Input = Record<string, unknown>;

/** What a service says of a write beyond its input. */
export interface WriteOptions {
  /** The event in place of `noun.created` or `noun.updated`. */
  event?: EventName;
  /** What the event tells beside the changes. */
  metadata?: Record<string, unknown>;
  /** Changes of the same act that are no columns. */
  beside?: Changes;
  /** The row is meant although it looks like one that is there; services that look for such rows are told to let it be. */
  allowDuplicate?: boolean;
  /**
   * Columns that follow from the input: written and told with it, but not their writer's doing. So they are not checked
   * as if they had been given, and they never conflict with what somebody else changed.
   */
  derived?: Input;
  /**
   * The row itself follows from another act, as the contact does from converting a lead: nobody could have given what
   * the custom fields of such rows require, so nothing is. What is given is checked all the same.
   */
  isDerived?: boolean;
}

/** Inserts a row made of checked input. Throws 409 `duplicate` where a unique field is taken. */
export async function createRow(ctx: Ctx, resource: Resource, input: Input, options: WriteOptions = {}): Promise<Row> {
  requirePermission(ctx.principal, resource.permissions.create);
  const { user_id } = ctx.principal;
  await checkRelations(ctx, resource, resource.permissions.create, input);
  const custom = await acceptCustomFields(
    ctx,
    resource,
    input.custom_fields,
    null,
    options.isDerived ? 'derive' : 'create',
  );
  const fields = custom && { custom_fields: custom.values };
  const row: Row = { id: newId(), created_by_id: user_id, ...input, ...fields, ...options.derived };
  if (resource.columns.has('owner_id') && row.owner_id === undefined) row.owner_id = user_id;
  const columns = Object.keys(row).filter((name) => resource.columns.has(name) && row[name] !== undefined);
  await refuseTakenFields(ctx, resource, null, row);
  // DO NOTHING instead of an error: the transaction stays usable, so the answer can name the row that is in the way.
  const created = await writeRow(ctx, resource, (bind) => {
    const places = columns.map((name) => bind(toColumn(resource, name, row[name])));
    return `INSERT INTO ${resource.plural} (${columns.map(quoteName).join(', ')}) VALUES (${places.join(', ')}) ON CONFLICT DO NOTHING`;
  });
  if (!created)
    throw (await findDuplicate(ctx, resource, row)) ?? conflict(`There is such a ${resource.noun} already.`);
  await recordChange(ctx, resource, 'created', created, compareRows(resource, {}, created.row), options);
  return created.row;
}

export interface UpdateOptions extends WriteOptions {
  /** The `If-Match` header. */
  ifMatch?: string;
  /** Whether the input stands for the whole row, so that custom fields which it does not name are cleared. */
  isReplacement?: boolean;
}

/**
 * Changes the given fields of a row. A stale `If-Match` is merged when nobody changed the same fields meanwhile.
 * Throws 404 out of scope, 403 where the row may be read but not changed, 409 `duplicate`, 412 `version_mismatch`.
 */
export async function updateRow(
  ctx: Ctx,
  resource: Resource,
  id: string,
  given: Input,
  options: UpdateOptions = {},
): Promise<Row> {
  const before = await lockRow(ctx, resource, id, resource.permissions.edit);
  const mode = options.isReplacement ? 'replace' : 'merge';
  const custom = await acceptCustomFields(ctx, resource, given.custom_fields, before, mode);
  const input = custom ? { ...given, custom_fields: custom.values } : given;
  const touched = Object.keys(given).flatMap((field) => (custom && field === CUSTOM_COLUMN ? custom.touched : field));
  const wanted = { ...withoutUndefined(input), ...options.derived };
  const changes = compareRows(resource, before, { ...before, ...wanted }, Object.keys(wanted));
  const beside = Object.keys(options.beside ?? {});
  await refuseStale(ctx, resource, before, options.ifMatch, [...touched, ...beside]);
  const fields = [...new Set(Object.keys(changes).map((path) => path.split('.')[0] ?? path))];
  if (fields.length === 0 && beside.length === 0) return readRow(ctx, resource, id);
  const asked = fields.filter((field) => !(field in (options.derived ?? {})));
  const changed = Object.fromEntries(asked.map((field) => [field, input[field]]));
  await checkRelations(ctx, resource, resource.permissions.edit, changed);
  if (resource.unique.some((field) => field in changed)) {
    const taken = await findDuplicate(ctx, resource, { ...changed, id });
    if (taken) throw taken;
  }
  await refuseTakenFields(ctx, resource, before, { ...changed, id });
  const after = await writeRow(ctx, resource, (bind) => {
    const sets = fields.map((field) => `${quoteName(field)} = ${bind(toColumn(resource, field, wanted[field]))}`);
    sets.push('updated_at = now()', 'version = version + 1');
    return `UPDATE ${resource.plural} SET ${sets.join(', ')} WHERE id = ${bind(id)}`;
  });
  if (!after) throw notFound(resource.noun);
  await recordChange(ctx, resource, 'updated', after, changes, options);
  return after.row;
}

/** Moves a row to the trash. Throws 404, 403, 412 when `If-Match` is stale. */
export async function deleteRow(ctx: Ctx, resource: Resource, id: string, options: UpdateOptions = {}): Promise<void> {
  const before = await lockRow(ctx, resource, id, resource.permissions.delete);
  await refuseStale(ctx, resource, before, options.ifMatch);
  await ctx.db.query(
    `UPDATE ${resource.plural} SET deleted_at = now(), updated_at = now(), version = version + 1 WHERE id = $1`,
    [id],
  );
  const version = Number(before.version) + 1;
  await recordChange(ctx, resource, 'deleted', { row: { ...before, version }, label: String(before._label) }, {});
}

/** Brings a row back from the trash. Throws 404 when it is not there, 409 when a unique field was taken meanwhile. */
export async function restoreRow(ctx: Ctx, resource: Resource, id: string): Promise<Row> {
  const before = await lockRow(ctx, resource, id, resource.permissions.delete, true);
  const taken = await findDuplicate(ctx, resource, before);
  if (taken) throw taken;
  await refuseTakenFields(ctx, resource, null, before);
  const after = await writeRow(ctx, resource, (bind) => {
    return `UPDATE ${resource.plural} SET deleted_at = NULL, updated_at = now(), version = version + 1 WHERE id = ${bind(id)}`;
  });
  if (!after) throw notFound(resource.noun);
  await recordChange(ctx, resource, 'restored', after, {});
  return after.row;
}

/** Deletes a row for good, from the trash or not. Needs manage_settings beside the right to delete. */
export async function purgeRow(ctx: Ctx, resource: Resource, id: string, options: UpdateOptions = {}): Promise<void> {
  requirePermission(ctx.principal, 'manage_settings');
  const before = await lockRow(ctx, resource, id, resource.permissions.delete, 'either');
  await refuseStale(ctx, resource, before, options.ifMatch);
  await clearReferences(ctx, resource, id, String(before._label));
  await ctx.db.query(`DELETE FROM ${resource.plural} WHERE id = $1`, [id]);
  const changes = compareRows(resource, before, {});
  await recordChange(ctx, resource, 'purged', { row: before, label: String(before._label) }, changes);
}

/** Locks a row that the caller may read, then checks that they may also do this to it. Throws 404, 403. */
export async function lockRow(
  ctx: Ctx,
  resource: Resource,
  id: string,
  permission: RequiredPermission,
  isTrashed: Trash = false,
): Promise<Row> {
  requirePermission(ctx.principal, permission);
  const { values, bind } = new Parameters();
  const columns = [...resource.columns.keys()]
    .filter((name) => resource.fields.includes(name))
    .map((name) => `t.${name}`);
  const readable = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const reachable = scopeCondition(ctx, resource, permission, 't', bind);
  const [row] = await ctx.db.query(
    prepared(
      `SELECT ${columns.join(', ')}, ${resource.label('t')} AS _label, coalesce(${reachable}, FALSE) AS _is_reachable
       FROM ${resource.plural} t WHERE t.id = ${bind(id)} AND ${trashCondition(isTrashed)} AND ${readable} FOR UPDATE OF t`,
      values,
    ),
  );
  if (!row) throw notFound(resource.noun);
  if (!row._is_reachable)
    throw permissionDenied(permission, `This needs the permission ${permission} for this ${resource.noun}.`);
  return row;
}

/** A row may refer only to rows that its writer may read, and be given only to users within the writer's reach. */
async function checkRelations(
  ctx: Ctx,
  resource: Resource,
  permission: RequiredPermission,
  input: Input,
): Promise<void> {
  for (const relation of Object.values(resource.relations)) {
    const id = input[relation.column];
    if (id === null || id === undefined || id === ctx.principal.user_id) continue;
    const target = relation.target();
    const { values, bind } = new Parameters();
    const readable = relation.card ? 'TRUE' : scopeCondition(ctx, target, target.permissions.view, 't', bind);
    const isActive = relation.isHolder ? 't.is_active' : 'TRUE';
    const [found] = await ctx.db.query<{ is_active: boolean }>(
      prepared(
        `SELECT ${isActive} AS is_active FROM ${target.plural} t WHERE t.id = ${bind(id)} AND t.deleted_at IS NULL AND ${readable}`,
        values,
      ),
    );
    if (!found) throw fieldError(relation.column, 'not_found', `No such ${target.noun}.`);
    if (!found.is_active) throw fieldError(relation.column, 'suspended', `This ${target.noun} is suspended.`);
    if (!relation.isHolder) continue;
    const { user_ids } = findRowAccess(ctx.principal, permission);
    if (user_ids !== null && !user_ids.includes(String(id))) {
      throw fieldError(relation.column, 'out_of_reach', 'You can give rows only to yourself and the teams you reach.');
    }
  }
}

/** The 409 for the living row that holds one of the unique values, with its id where the caller may read it. */
async function findDuplicate(ctx: Ctx, resource: Resource, row: Row) {
  for (const field of resource.unique) {
    if (row[field] === null || row[field] === undefined) continue;
    const { values, bind } = new Parameters();
    const readable = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
    const [found] = await ctx.db.query<{ id: string; name: string; is_readable: boolean }>(
      `SELECT t.id, ${resource.label('t')} AS name, coalesce(${readable}, FALSE) AS is_readable FROM ${resource.plural} t
       WHERE ${equalsUnique(resource, field, bind(row[field]))} AND t.deleted_at IS NULL AND t.id <> ${bind(row.id)} LIMIT 1`,
      values,
    );
    if (found)
      return duplicate(
        field,
        `There is a ${resource.noun} with this ${field} already.`,
        found.is_readable ? [{ id: found.id, name: found.name, reasons: [field] }] : [],
      );
  }
  return null;
}

/** Throws 412 when the version was passed and somebody changed one of `fields` of a locked row, or anything without them. */
export async function refuseStale(
  ctx: Ctx,
  resource: Resource,
  before: Row,
  ifMatch: string | undefined,
  fields?: readonly string[],
): Promise<void> {
  if (ifMatch === undefined || ifMatch === '*') return;
  const version = /^"([1-9]\d{0,8})"$/.exec(ifMatch.trim())?.[1];
  const current = () => readRow(ctx, resource, before.id as string, { isTrashed: 'either' });
  if (version === undefined) throw versionMismatch([], await current());
  if (Number(version) === before.version) return;
  const rows = await ctx.db.query<{ field: string }>(
    `SELECT DISTINCT jsonb_object_keys(changes) AS field FROM audit_logs
     WHERE resource_type = $1 AND resource_id = $2 AND resource_version > $3`,
    [resource.noun, before.id, version],
  );
  const changed = rows.map((row) => row.field);
  const overlap = fields ? changed.filter((field) => fields.includes(field)) : changed;
  const isFuture = Number(version) > Number(before.version);
  if (overlap.length > 0 || !fields || isFuture) throw versionMismatch(overlap, await current());
}

export interface Written {
  row: Row;
  label: string;
}

/**
 * Writes one row and reads it back in the same statement, as its writer sees it even where its new owner takes it out
 * of their reach. `change` is the statement without RETURNING. Answers `null` when nothing was written.
 */
export async function writeRow(ctx: Ctx, resource: Resource, change: (bind: Bind) => string): Promise<Written | null> {
  const extra = [`${resource.label('t')} AS _label`];
  const { text, values, bind } = beginSelect(ctx, resource, resource.fields, { extra, source: 'written' });
  const [written] = await ctx.db.query(prepared(`WITH written AS (${change(bind)} RETURNING *) ${text}`, values));
  if (!written) return null;
  const { _label, ...row } = written;
  return { row, label: String(_label) };
}

async function recordChange(
  ctx: Ctx,
  resource: Resource,
  verb: string,
  { row, label }: Written,
  changes: Changes,
  { event = `${resource.noun}.${verb}` as EventName, metadata, beside }: WriteOptions = {},
): Promise<void> {
  const subject = { type: resource.noun, id: row.id as string, version: row.version as number, label };
  await record(ctx, event, subject, { changes: { ...changes, ...beside }, metadata });
}

function toColumn(resource: Resource, name: string, value: unknown): unknown {
  return resource.columns.get(name) === 'json' && value !== null ? JSON.stringify(value) : value;
}

/** A field may be called as SQL's own words are. */
function quoteName(name: string): string {
  return `"${name}"`;
}

function withoutUndefined(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

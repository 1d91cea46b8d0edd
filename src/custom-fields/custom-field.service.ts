import { isDeepStrictEqual } from 'node:util';
import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, duplicate, fieldError, versionMismatch } from '../core/errors.ts';
import type { FieldDefinition } from '../core/field-definitions.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { valueSql } from '../crud/custom-field-sql.ts';
import { record } from '../events/record.ts';
import { customFieldResource } from './custom-field.resource.ts';
import { announceFieldChange } from './custom-field-cache.ts';
import { checkFacts, keepChoices } from './field-facts.ts';

const crud = crudService(customFieldResource);
const MAX_ACTIVE = 200;
/** What the values in the rows hang on. */
const FIXED = ['entity', 'name', 'field_type'] as const;

type Definition = FieldDefinition & {
  is_active: boolean;
  deleted_at: string | null;
  purge_requested_at: string | null;
  version: number;
};

/** Every change is known to all processes at its commit. Its indexes are made and dropped by a job that it causes. */
export const customFieldService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    requirePermission(ctx.principal, 'manage_settings');
    const field = input as unknown as Definition;
    await lockNoun(ctx, field.entity);
    await refuseTakenName(ctx, field);
    const facts = { ...input, default: checkFacts(field) };
    if (field.is_active) await refuseTooMany(ctx, field.entity);
    const created = await crud.create(ctx, { ...facts, index_status: needsIndex(field) ? 'building' : 'none' });
    await announceFieldChange(ctx);
    return created;
  },
  update: async (ctx, id, given, options) => {
    requirePermission(ctx.principal, 'manage_settings');
    const before = await lockField(ctx, id);
    refuseFixed(before, given);
    const input = { ...given };
    if (input.options !== undefined) input.options = keepChoices(before, input.options as Definition['options']);
    const after = { ...before, ...input } as Definition;
    const initial = checkFacts(after);
    if (input.default !== undefined) input.default = initial;
    if (after.is_active && !before.is_active) await refuseTooMany(ctx, before.entity);
    if (after.unique && !before.unique) await refuseRepeated(ctx, after);
    if (hasOtherIndexes(before, after)) input.index_status = needsIndex(after) ? 'building' : 'none';
    const updated = await crud.update(ctx, id, input, options);
    await announceFieldChange(ctx);
    return updated;
  },
  delete: async (ctx, id, options) => {
    await crud.delete(ctx, id, options);
    await announceFieldChange(ctx);
  },
  restore: async (ctx, id) => {
    requirePermission(ctx.principal, 'manage_settings');
    const field = await lockField(ctx, id);
    if (field.purge_requested_at) throw conflict('Its values are being deleted, so it cannot be brought back.');
    if (field.is_active) await refuseTooMany(ctx, field.entity);
    const restored = await crud.restore(ctx, id);
    await announceFieldChange(ctx);
    return restored;
  },
  purge: async (ctx, id, options = {}) => {
    requirePermission(ctx.principal, 'manage_settings');
    const field = await lockField(ctx, id);
    if (!field.deleted_at)
      throw conflict('Archive this field first: to delete it for good deletes its values in all rows.');
    if (field.purge_requested_at) throw conflict('Its values are being deleted already.');
    if (options.ifMatch !== undefined && options.ifMatch !== '*' && options.ifMatch !== `"${field.version}"`) {
      throw versionMismatch([], field);
    }
    const [row] = await ctx.db.query<{ version: number }>(
      `UPDATE custom_fields SET purge_requested_at = now(), updated_at = now(), version = version + 1
       WHERE id = $1 RETURNING version`,
      [id],
    );
    const subject = { type: 'custom_field', id, version: row?.version, label: field.label };
    await record(ctx, 'custom_field.purge_requested', subject, {
      metadata: { entity: field.entity, name: field.name },
    });
  },
};

/** One change of a noun's fields at a time: the names and the number of them are decided on. */
async function lockNoun(ctx: Ctx, entity: string): Promise<void> {
  await ctx.db.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [`custom fields of ${entity}`]);
}

/** The field as it is once nobody else changes those of its noun. Throws 404. */
async function lockField(ctx: Ctx, id: string): Promise<Definition> {
  const read = () => crud.read(ctx, id, { isTrashed: 'either' });
  await lockNoun(ctx, String((await read()).entity));
  return (await read()) as unknown as Definition;
}

async function refuseTakenName(ctx: Ctx, { entity, name }: Definition): Promise<void> {
  const [taken] = await ctx.db.query<{ id: string; is_archived: boolean }>(
    'SELECT id, deleted_at IS NOT NULL AS is_archived FROM custom_fields WHERE entity = $1 AND name = $2',
    [entity, name],
  );
  if (!taken) return;
  const which = taken.is_archived ? 'an archived custom field' : 'a custom field';
  throw duplicate('name', `There is ${which} of this name among the ${entity} already.`, [
    { id: taken.id, name, reasons: ['name'] },
  ]);
}

async function refuseTooMany(ctx: Ctx, entity: string): Promise<void> {
  const [row] = await ctx.db.query<{ count: number }>(
    'SELECT count(*) AS count FROM custom_fields WHERE entity = $1 AND is_active AND deleted_at IS NULL',
    [entity],
  );
  if ((row?.count ?? 0) < MAX_ACTIVE) return;
  throw conflict(`There are ${MAX_ACTIVE} active custom fields among the ${entity} already: archive one first.`);
}

function refuseFixed(before: Definition, given: Row): void {
  for (const name of FIXED) {
    if (given[name] === undefined || given[name] === before[name]) continue;
    throw fieldError(name, 'fixed', 'This cannot be changed once the field is made. Make another field.');
  }
}

/** A field becomes unique only where its values are so already. */
async function refuseRepeated(ctx: Ctx, field: Definition): Promise<void> {
  const [repeated] = await ctx.db.query<{ value: unknown; count: number }>(
    `SELECT ${valueSql(field, 't.')} AS value, count(*) AS count FROM ${field.entity} t
     WHERE t.deleted_at IS NULL AND t.custom_fields ? '${field.name}' GROUP BY 1 HAVING count(*) > 1 LIMIT 1`,
  );
  if (!repeated) return;
  const sentence = `${repeated.count} ${field.entity} hold ${String(repeated.value).slice(0, 80)}, so it cannot be unique.`;
  throw fieldError('unique', 'repeated', sentence);
}

function needsIndex(field: Pick<Definition, 'unique' | 'is_filterable' | 'is_active'>): boolean {
  return field.is_active && (field.unique || field.is_filterable);
}

function hasOtherIndexes(before: Definition, after: Definition): boolean {
  const facts = ({ unique, is_filterable, is_active }: Definition) => [unique, is_filterable, is_active];
  return !isDeepStrictEqual(facts(before), facts(after));
}

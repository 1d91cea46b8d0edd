import { z } from 'zod';
import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { inSavepoint, prepared } from '../core/database.ts';
import { AppError, fieldError } from '../core/errors.ts';
import { explainError, problemBody } from '../http/error-handler.ts';
import { parseInput } from '../http/parse.ts';
import { Reply } from '../http/route.ts';
import type { CrudService } from './crud-service.ts';
import type { Resource } from './resource.ts';
import { equalsUnique, Parameters, scopeCondition } from './select.ts';
import type { Input, WriteOptions } from './write-rows.ts';

const MAX_ITEMS = 1000;
const item = z.record(z.string(), z.unknown());

/** One row at a time, or one change for many ids. */
export const bulkBody = z.strictObject({
  operation: z.enum(['create', 'update', 'upsert', 'delete', 'restore']),
  mode: z.enum(['atomic', 'partial']).default('atomic'),
  match_on: z.string().optional().describe('The unique field by which an upsert finds its rows'),
  items: z.array(item).max(MAX_ITEMS, `Give at most ${MAX_ITEMS} items.`).optional(),
  ids: z.array(z.uuid('Give UUIDs.')).max(MAX_ITEMS, `Give at most ${MAX_ITEMS} ids.`).optional(),
  changes: item.optional().describe('What an update by ids changes in each of them'),
});

export type BulkBody = z.output<typeof bulkBody>;

export const bulkView = z.strictObject({
  succeeded: z.number(),
  failed: z.number(),
  results: z.array(
    z.strictObject({ index: z.number(), status: z.number(), id: z.uuid().optional(), error: z.unknown().optional() }),
  ),
});

type Result = z.output<typeof bulkView>['results'][number];

/** Thrown to undo an atomic bulk; carries the answer of the same shape, in which nothing has succeeded. */
export class BulkFailed extends AppError {
  /** Of each item, before it was undone; an `error` is the body of its problem answer. */
  readonly results: readonly Result[];

  constructor(results: Result[]) {
    const failed = results.filter((result) => result.error !== undefined).length;
    super({
      status: 400,
      code: 'bulk_failed',
      title: 'Bulk failed',
      detail: `${failed} of ${results.length} items failed, so nothing was changed.`,
      extra: { succeeded: 0, failed, results: results.map(asUndone) },
    });
    this.results = results;
  }
}

/** 424: it would have succeeded had another not failed. Source: RFC 4918. */
function asUndone(result: Result): Result {
  return result.error === undefined ? { index: result.index, status: 424 } : result;
}

/**
 * Runs up to 1,000 operations through the same service as single requests. `atomic`: a failure undoes all and answers
 * 400 in the same shape. `partial`: each item stands or falls alone.
 */
export async function runBulk(
  ctx: Ctx,
  service: CrudService,
  body: BulkBody,
  options: WriteOptions = {},
): Promise<Reply> {
  const { permissions } = service.resource;
  const needed = {
    create: ['create'],
    update: ['edit'],
    upsert: ['create', 'edit'],
    delete: ['delete'],
    restore: ['delete'],
  } as const;
  for (const right of needed[body.operation]) requirePermission(ctx.principal, permissions[right]);
  const results: Result[] = [];
  for (const [index, work] of planItems(service, body, options).entries()) {
    try {
      results.push({ index, ...(await inSavepoint(ctx.db, () => work(ctx))) });
    } catch (error) {
      const known = explainError(error);
      if (!(known instanceof AppError)) throw error;
      results.push({ index, status: known.status, error: problemBody(known, ctx.origin.request_id) });
    }
  }
  const failed = results.filter((result) => result.error !== undefined).length;
  if (failed > 0 && body.mode === 'atomic') throw new BulkFailed(results);
  return new Reply({ succeeded: results.length - failed, failed, results });
}

type Work = (ctx: Ctx) => Promise<Omit<Result, 'index'>>;

function planItems(service: CrudService, body: BulkBody, options: WriteOptions): Work[] {
  const { operation, match_on, items, ids, changes } = body;
  if (match_on !== undefined && operation !== 'upsert')
    throw fieldError('match_on', 'unknown_field', 'Only upsert takes match_on.');
  if (items && ids) throw fieldError('ids', 'conflict', 'Give items or ids, not both.');
  if (ids) return planIds(service, operation, ids, changes, options);
  if (!items) throw fieldError('items', 'required', 'Give items, or ids for an update or a delete.');
  if (changes) throw fieldError('changes', 'conflict', 'Changes go with ids; with items each says its own.');
  if (operation !== 'upsert') return items.map((each) => planItem(service, operation, each, options));
  const field = match_on ?? service.resource.unique[0] ?? '';
  if (!service.resource.unique.includes(field)) {
    throw fieldError('match_on', 'invalid_choice', `Give one of ${service.resource.unique.join(', ')}.`);
  }
  return items.map((each) => planUpsert(service, field, each, options));
}

function planIds(
  service: CrudService,
  operation: string,
  ids: string[],
  changes: BulkBody['changes'],
  options: WriteOptions,
): Work[] {
  if (operation === 'update' && !changes) throw fieldError('changes', 'required', 'This field is required.');
  if (operation === 'delete' && changes) throw fieldError('changes', 'unknown_field', 'A delete changes no fields.');
  if (operation !== 'update' && operation !== 'delete')
    throw fieldError('ids', 'unknown_field', 'Only update and delete take ids.');
  if (changes && 'id' in changes) throw fieldError('changes.id', 'unknown_field', 'An id cannot be changed.');
  return ids.map((id) => planItem(service, operation, { ...changes, id }, options));
}

const onlyId = z.strictObject({ id: z.uuid('Give a UUID.') });

function planItem(
  service: CrudService,
  operation: string,
  given: Record<string, unknown>,
  options: WriteOptions,
): Work {
  const { id: rawId, ...fields } = given;
  return async (ctx) => {
    if (operation === 'create') {
      const created = await service.create(ctx, parseInput(service.resource.createSchema, given), options);
      return { status: 201, id: created.id as string };
    }
    const { id } = parseInput(onlyId, operation === 'update' ? { id: rawId } : given);
    if (operation === 'update') {
      await service.update(ctx, id, parseInput(service.resource.updateSchema, fields), options);
    }
    if (operation === 'delete') await service.delete(ctx, id);
    if (operation === 'restore') await service.restore(ctx, id);
    return { status: operation === 'delete' ? 204 : 200, id };
  };
}

function planUpsert(service: CrudService, field: string, given: Record<string, unknown>, options: WriteOptions): Work {
  return async (ctx) => {
    const { createSchema, updateSchema } = service.resource;
    // As a change, which asks for no field: whether the row is there decides what must be given.
    const changes = parseInput(updateSchema, given) as Input;
    const value = changes[field];
    if (value === undefined || value === null) throw fieldError(field, 'required', `An upsert is matched on ${field}.`);
    const id = await findMatch(ctx, service.resource, field, value);
    if (!id) {
      const created = await service.create(ctx, parseInput(createSchema, given), options);
      return { status: 201, id: created.id as string };
    }
    await service.update(ctx, id, changes, options);
    return { status: 200, id };
  };
}

async function findMatch(ctx: Ctx, resource: Resource, field: string, value: unknown): Promise<string | null> {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const [found] = await ctx.db.query<{ id: string }>(
    prepared(
      `SELECT t.id FROM ${resource.plural} t WHERE ${equalsUnique(resource, field, bind(value))} AND t.deleted_at IS NULL AND ${scope}`,
      values,
    ),
  );
  return found?.id ?? null;
}

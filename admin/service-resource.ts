import { Resource as TypeOrmResource } from '@adminjs/typeorm';
import { type ActionContext, BaseRecord, type Filter, flat, ForbiddenError, ValidationError } from 'adminjs';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import type { Row } from '../src/core/database.ts';
import { AppError } from '../src/core/errors.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import { type ListQuery, parseListQuery } from '../src/crud/list-query.ts';
import type { Resource } from '../src/crud/resource.ts';
import { parseInput } from '../src/http/parse.ts';
import type { System } from '../src/system.ts';
import { ctxOf } from './administrator.ts';
import { choicesOf } from './choices.ts';
import { readForm } from './form.ts';

type Params = Record<string, unknown>;
type Entity = ConstructorParameters<typeof TypeOrmResource>[0];

const MAX_PAGE = 200;

interface FindOptions {
  limit?: number;
  offset?: number;
  sort?: { sortBy?: string; direction?: 'asc' | 'desc' };
}

/**
 * A resource of the panel that reads and writes through the same service as REST, in the name of the signed-in
 * administrator: permission, scope, validation, audit and events hold here without being written again.
 */
export class ServiceResource extends TypeOrmResource {
  readonly #system: System;
  readonly #service: CrudService;

  constructor(entity: Entity, system: System, service: CrudService) {
    super(entity);
    this.#system = system;
    this.#service = service;
  }

  override id(): string {
    return this.#service.resource.plural;
  }

  override async find(filter: Filter, options: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const ctx = this.#ctx(context);
    const pageSize = Math.min(options.limit ?? 10, MAX_PAGE);
    const query = this.#query(ctx, filter, pageSize, options.sort);
    const page = Math.floor((options.offset ?? 0) / pageSize) + 1;
    const { results } = await this.#service.list(ctx, { ...query, page, count: 'none' }, 'http://panel/');
    return results.map((row) => this.#record(row));
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    const ctx = this.#ctx(context);
    const { count } = await this.#service.list(ctx, this.#query(ctx, filter, 1), 'http://panel/');
    return count ?? 0;
  }

  override async findOne(id: string, context?: ActionContext): Promise<BaseRecord | null> {
    const [record] = await this.findMany([id], context);
    return record ?? null;
  }

  override async findMany(ids: string[], context?: ActionContext): Promise<BaseRecord[]> {
    const ctx = this.#ctx(context);
    const valid = ids.filter((id) => /^[0-9a-f-]{36}$/i.test(id));
    const raw = { id__in: valid.join(','), page_size: String(MAX_PAGE) };
    const query = parseListQuery(this.#service.resource, raw, ctx.signatureKey);
    const { results } = await this.#service.list(ctx, { ...query, count: 'none' }, 'http://panel/');
    return results.map((row) => this.#record(row));
  }

  override async create(params: Params, context?: ActionContext): Promise<Params> {
    const { resource } = this.#service;
    return this.#write(context, (ctx) => {
      const input = parseInput(resource.createSchema, readForm(resource, flat.unflatten(params) as Params));
      return this.#service.create(ctx, input);
    });
  }

  override async update(id: string, params: Params = {}, context?: ActionContext): Promise<Params> {
    const { resource } = this.#service;
    const form = flat.unflatten(params) as Params;
    // The version that the form was made from: what somebody else changed meanwhile is merged, or refused aloud.
    const ifMatch = form.version ? `"${form.version}"` : undefined;
    return this.#write(context, (ctx) =>
      this.#service.update(ctx, id, parseInput(resource.updateSchema, readForm(resource, form)), { ifMatch }),
    );
  }

  override async delete(id: string, context?: ActionContext): Promise<void> {
    await this.#write(context, async (ctx) => {
      await this.#service.delete(ctx, id);
      return {};
    });
  }

  #ctx(context: ActionContext | undefined): Ctx {
    return ctxOf(this.#system, context?.currentAdmin);
  }

  async #write(context: ActionContext | undefined, work: (ctx: Ctx) => Promise<Row>): Promise<Params> {
    try {
      return flat.flatten(printJson(this.#service.resource, await withTransaction(this.#ctx(context), work)));
    } catch (error) {
      throw explainToForm(error);
    }
  }

  #record(row: Row): BaseRecord {
    return new BaseRecord(printJson(this.#service.resource, row), this);
  }

  #query(ctx: Ctx, filter: Filter, pageSize: number, sort?: FindOptions['sort']): ListQuery {
    const { resource } = this.#service;
    const raw = { ...readFilter(resource, filter), page_size: String(pageSize) };
    const field = sort?.sortBy && resource.sorts.includes(sort.sortBy) ? sort.sortBy : null;
    const ordering = field ? `${sort?.direction === 'desc' ? '-' : ''}${field}` : '-created_at';
    return parseListQuery(resource, { ...raw, ordering }, ctx.signatureKey);
  }
}

/** The panel's filter in the grammar of REST. A title that is no column is looked for as words. */
function readFilter(resource: Resource, filter: Filter): Record<string, string> {
  const raw: Record<string, string> = {};
  for (const { path, value } of Object.values(filter.filters)) {
    if (typeof value === 'object' && value !== null) {
      const range = value as { from?: string; to?: string };
      if (range.from) raw[`${path}__gte`] = range.from;
      if (range.to) raw[`${path}__lte`] = range.to;
    } else if (!resource.filters.includes(path)) {
      raw[resource.isSearchable ? 'search' : 'email__contains'] = String(value);
    } else {
      const isFree = resource.columns.get(path) === 'text' && choicesOf(resource, path) === null;
      raw[isFree ? `${path}__contains` : path] = String(value);
    }
  }
  return raw;
}

// AdminJS takes nested objects apart into dotted paths; as text they stay whole and readable.
function printJson(resource: Resource, row: Row): Params {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    resource.columns.get(name) === 'json' ? JSON.stringify(value) : value,
  ]);
  return Object.fromEntries(entries);
}

function explainToForm(error: unknown): unknown {
  if (!(error instanceof AppError)) return error;
  if (error.status === 403) return new ForbiddenError(error.message);
  const fields = (error.errors ?? []).map(({ field, code, message }) => [field, { type: code, message }]);
  return new ValidationError(Object.fromEntries(fields), { type: error.code, message: error.message });
}

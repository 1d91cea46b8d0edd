import { Resource as TypeOrmResource } from '@adminjs/typeorm';
import { type ActionContext, BaseProperty, BaseRecord, type Filter, type SupportedDatabasesType } from 'adminjs';
import type { BaseEntity } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { holdsPermission, requirePermission } from '../src/auth/scope.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import type { Row } from '../src/core/database.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import { MAX_DEPTH_ROWS, parseListQuery } from '../src/crud/list-query.ts';
import { parseInput } from '../src/http/parse.ts';
import { ctxOf } from './administrator.ts';
import { explainConflict } from './conflict.ts';
import { withChangedFields } from './custom-values.ts';
import { withoutBlanks } from './defaults.ts';
import { printValues, readValues, type Values } from './form-values.ts';
import { readFilter } from './list-filter.ts';
import { NO_URL } from './no-url.ts';
import { explainingErrors } from './panel-errors.ts';
import { createFields, hasTrash, type Presentation } from './presentation.ts';
import { readCards } from './user-cards.ts';

type TypeOrmProperty = ReturnType<TypeOrmResource['property']>;

export interface FindOptions {
  limit?: number;
  offset?: number;
  sort?: { sortBy?: string; direction?: 'asc' | 'desc' };
}

const MAX_PAGE = 200;

/**
 * A noun of the panel. AdminJS's adapter tells it the columns; every read and write goes through the service that REST
 * uses, as the signed-in administrator, so permission, scope, validation, audit and events hold here as well.
 */
export class ServiceResource extends TypeOrmResource {
  readonly #service: CrudService;
  readonly #presentation: Presentation;

  constructor(presentation: Presentation) {
    super(presentation.service.resource.entity as unknown as typeof BaseEntity);
    this.#service = presentation.service;
    this.#presentation = presentation;
  }

  override id(): string {
    return this.#service.resource.plural;
  }

  override databaseName(): string {
    return 'MyCRM';
  }

  override databaseType(): SupportedDatabasesType {
    return 'Postgres';
  }

  /** What an answer of the API holds, and nothing else of the table: no password hash, no search vector. */
  override properties(): TypeOrmProperty[] {
    const { fields, computed, relations } = this.#service.resource;
    const columns = super.properties().filter((property) => fields.includes(property.name()));
    const labels = Object.values(relations).map(({ label }) => label);
    const others = [...Object.keys(computed), ...labels].map((path) => new BaseProperty({ path, isSortable: false }));
    return [...columns, ...(others as TypeOrmProperty[])];
  }

  override property(path: string): TypeOrmProperty {
    return this.properties().find((property) => property.name() === path) as TypeOrmProperty;
  }

  override async find(filter: Filter, options: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const limit = Math.min(Math.max(Math.trunc(Number(options.limit)) || 10, 1), MAX_PAGE);
    const page = Math.max(Math.floor((options.offset ?? 0) / limit) + 1, 1);
    if (page * limit > MAX_DEPTH_ROWS) return [];
    const { sortBy, direction } = { ...this.#presentation.sort, ...options.sort };
    const column = this.#presentation.sortAs?.[sortBy] ?? sortBy;
    const isKnown = this.#service.resource.sorts.includes(column);
    const ordering = `${direction === 'desc' ? '-' : ''}${isKnown ? column : this.#presentation.sort.sortBy}`;
    const rows = await this.#list(context, filter, { page, page_size: limit, ordering, count: 'none' });
    return rows.results.map((row) => this.#toRecord(row));
  }

  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    return (await this.#list(context, filter, { page_size: 1 })).count ?? 0;
  }

  /** The row that an action is about may lie in the trash. */
  override async findOne(id: string | number, context?: ActionContext): Promise<BaseRecord | null> {
    const [record] = await this.#findByIds([id], context, context?.resource === this);
    return record ?? null;
  }

  /** Rows out of reach are left out, so that a page which refers to one is still shown; so are those in the trash. */
  override findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    return this.#findByIds(ids, context, context?.resource === this && context.action.isBulkType());
  }

  override async create(form: Values, context?: ActionContext): Promise<Row> {
    const { resource } = this.#service;
    return this.#write(context, resource.permissions.create, async (ctx) => {
      const values = this.#read(createFields(this.#presentation), form);
      const input = parseInput(resource.createSchema, withoutBlanks(resource, values));
      return printValues(resource, await this.#service.create(ctx, input));
    });
  }

  override async update(id: string | number, form: Values = {}, context?: ActionContext): Promise<Row> {
    const { resource } = this.#service;
    const version: unknown = context?.version;
    return this.#write(context, resource.permissions.edit, async (ctx) => {
      const given = parseInput(resource.updateSchema, this.#read(this.#presentation.edit, form)) as Values;
      const input = given.custom_fields
        ? withChangedFields(given, await this.#service.read(ctx, String(id), { fields: ['custom_fields'] }))
        : given;
      const ifMatch = version === undefined ? undefined : `"${version}"`;
      const updating = this.#service.update(ctx, String(id), input, { ifMatch });
      const updated = context
        ? await updating.catch((error) => explainConflict(error, resource, String(id), version, context))
        : await updating;
      return printValues(resource, updated);
    });
  }

  override async delete(id: string | number, context?: ActionContext): Promise<void> {
    await this.#write(context, this.#service.resource.permissions.delete, (ctx) =>
      this.#service.delete(ctx, String(id)),
    );
  }

  #read(fields: readonly string[], form: Values): Values {
    return readValues(this.#service.resource, fields, form);
  }

  async #findByIds(
    ids: (string | number)[],
    context: ActionContext | undefined,
    isTrashToo: boolean,
  ): Promise<BaseRecord[]> {
    const ctx = ctxOf(context?.currentAdmin);
    const { resource } = this.#service;
    const known = ids.map(String).filter((id) => isUuid(id));
    const wanted = { id__in: known.slice(0, MAX_PAGE).join(','), page_size: String(MAX_PAGE), count: 'none' };
    return explainingErrors(async () => {
      const query = parseListQuery(ctx, resource, wanted);
      if (!holdsPermission(ctx.principal, resource.permissions.view)) {
        return (await readCards(ctx, resource, query.filters)).map((row) => this.#toRecord(row));
      }
      const places = isTrashToo && hasTrash(this.#presentation) ? [false, true] : [false];
      const found: BaseRecord[] = [];
      for (const isTrashed of places) {
        const { results } = await this.#service.list(ctx, { ...query, isTrashed }, NO_URL);
        found.push(...results.map((row) => this.#toRecord(row)));
      }
      return found;
    });
  }

  #list(context: ActionContext | undefined, filter: Filter, paging: Record<string, string | number>) {
    const ctx = ctxOf(context?.currentAdmin);
    const { resource } = this.#service;
    return explainingErrors(async () => {
      requirePermission(ctx.principal, resource.permissions.view);
      const text = Object.fromEntries(Object.entries(paging).map(([name, value]) => [name, String(value)]));
      const query = { ...readFilter(this.#presentation, filter), ...text };
      return this.#service.list(ctx, parseListQuery(ctx, resource, query), NO_URL);
    });
  }

  #write<T>(
    context: ActionContext | undefined,
    permission: Parameters<typeof requirePermission>[1],
    work: (ctx: Ctx) => Promise<T>,
  ): Promise<T> {
    const ctx = ctxOf(context?.currentAdmin);
    return explainingErrors(() => {
      requirePermission(ctx.principal, permission);
      return withTransaction(ctx, work);
    }, [...createFields(this.#presentation), ...this.#presentation.edit]);
  }

  #toRecord(row: Row): BaseRecord {
    return new BaseRecord(printValues(this.#service.resource, row), this);
  }
}

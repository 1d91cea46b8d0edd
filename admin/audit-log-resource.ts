import { Resource as TypeOrmResource } from '@adminjs/typeorm';
import { type ActionContext, BaseProperty, BaseRecord, type Filter, ForbiddenError } from 'adminjs';
import type { BaseEntity } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { AuditLog } from '../src/audit-logs/audit-log.entity.ts';
import { requirePermission } from '../src/auth/scope.ts';
import type { Ctx } from '../src/core/ctx.ts';
import type { Row } from '../src/core/database.ts';
import { fieldError } from '../src/core/errors.ts';
import { Parameters } from '../src/crud/select.ts';
import { ctxOf } from './administrator.ts';
import { nameEvent } from './event-words.ts';
import { explainingErrors } from './panel-errors.ts';
import type { FindOptions } from './service-resource.ts';

const COLUMNS = `id, created_at, event, actor_id, actor_name, action, resource_type, resource_id, resource_label, changes,
  metadata, risk, host(ip) AS ip, user_agent, request_id`;

/** LIST of the columns that filters may name, and how each is compared. */
const FILTERS: Record<string, 'equal' | 'contains' | 'range' | 'uuid'> = {
  event: 'contains',
  actor_name: 'contains',
  resource_type: 'equal',
  resource_label: 'contains',
  resource_id: 'uuid',
  risk: 'equal',
  created_at: 'range',
};

const MAX_PAGE = 200;
const MAX_OFFSET = 10_000;

/** The audit log, newest first. Read only: nothing here writes, and the table itself refuses it. */
export class AuditLogResource extends TypeOrmResource {
  constructor() {
    super(AuditLog as unknown as typeof BaseEntity);
  }

  override id(): string {
    return 'audit_logs';
  }

  override databaseName(): string {
    return 'MyCRM';
  }

  override properties(): ReturnType<TypeOrmResource['properties']> {
    const what = new BaseProperty({ path: 'what', isSortable: false });
    return [...super.properties(), what] as ReturnType<TypeOrmResource['properties']>;
  }

  override property(path: string): ReturnType<TypeOrmResource['property']> {
    return this.properties().find((property) => property.name() === path) as ReturnType<TypeOrmResource['property']>;
  }

  override async find(filter: Filter, options: FindOptions, context?: ActionContext): Promise<BaseRecord[]> {
    const limit = Math.min(Math.max(Math.trunc(Number(options.limit)) || 10, 1), MAX_PAGE);
    const offset = Math.min(Math.max(options.offset ?? 0, 0), MAX_OFFSET);
    const isOldestFirst = options.sort?.direction === 'asc';
    const rows = await this.#select(context, filter, (where, bind) => {
      const order = isOldestFirst ? 'created_at, id' : 'created_at DESC, id DESC';
      return `SELECT ${COLUMNS} FROM audit_logs WHERE ${where} ORDER BY ${order} LIMIT ${bind(limit)} OFFSET ${bind(offset)}`;
    });
    return rows.map((row) => this.#toRecord(row));
  }

  /** Up to what paging reaches: counting millions of rows would cost more than the page. */
  override async count(filter: Filter, context?: ActionContext): Promise<number> {
    const [row] = await this.#select(
      context,
      filter,
      (where, bind) =>
        `SELECT count(*) AS count FROM (SELECT 1 FROM audit_logs WHERE ${where} LIMIT ${bind(MAX_OFFSET)}) AS counted`,
    );
    return Number(row?.count ?? 0);
  }

  override async findOne(id: string | number, context?: ActionContext): Promise<BaseRecord | null> {
    const [record] = await this.findMany([id], context);
    return record ?? null;
  }

  override async findMany(ids: (string | number)[], context?: ActionContext): Promise<BaseRecord[]> {
    const ctx = this.#open(context);
    const known = ids.map(String).filter((id) => isUuid(id));
    const rows = await ctx.db.query(`SELECT ${COLUMNS} FROM audit_logs WHERE id = ANY($1::uuid[])`, [
      known.slice(0, MAX_PAGE),
    ]);
    return rows.map((row) => this.#toRecord(row));
  }

  override create(): Promise<never> {
    throw new ForbiddenError('The audit log is read only.');
  }

  override update(): Promise<never> {
    throw new ForbiddenError('The audit log is read only.');
  }

  override delete(): Promise<never> {
    throw new ForbiddenError('The audit log is read only.');
  }

  #toRecord(row: Row): BaseRecord {
    return new BaseRecord({ ...row, what: nameEvent(String(row.event)) }, this);
  }

  #open(context: ActionContext | undefined): Ctx {
    const ctx = ctxOf(context?.currentAdmin);
    requirePermission(ctx.principal, 'view_audit_log');
    return ctx;
  }

  #select(
    context: ActionContext | undefined,
    filter: Filter,
    build: (where: string, bind: Parameters['bind']) => string,
  ): Promise<Row[]> {
    return explainingErrors(() => {
      const ctx = this.#open(context);
      const { values, bind } = new Parameters();
      const text = build(compileFilters(filter, bind), bind);
      return ctx.db.query(text, values);
    });
  }
}

function compileFilters(filter: Filter, bind: Parameters['bind']): string {
  const conditions = ['TRUE'];
  for (const { path, value } of Object.values(filter.filters)) {
    const kind = Object.hasOwn(FILTERS, path) ? FILTERS[path] : undefined;
    const range = typeof value === 'object' && value !== null ? value : null;
    if (!kind || (kind === 'range') !== (range !== null)) throw fieldError(path, 'unknown_filter', 'No such filter.');
    if (kind === 'contains') conditions.push(`${path} ILIKE ${bind(`%${String(value).replace(/[\\%_]/g, '\\$&')}%`)}`);
    else if (kind === 'range') {
      if (range?.from) conditions.push(`${path} >= ${bind(range.from)}::timestamptz`);
      if (range?.to) conditions.push(`${path} <= ${bind(range.to)}::timestamptz`);
    } else conditions.push(`${path} = ${bind(value)}${kind === 'uuid' ? '::uuid' : ''}`);
  }
  return conditions.join(' AND ');
}

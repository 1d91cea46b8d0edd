import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import type { ListQuery } from './list-query.ts';
import { listRows, type Page, type ReadOptions, readRow } from './read-rows.ts';
import type { Resource } from './resource.ts';
import {
  createRow,
  deleteRow,
  type Input,
  purgeRow,
  restoreRow,
  type UpdateOptions,
  updateRow,
  type WriteOptions,
} from './write-rows.ts';

/**
 * What can be done to the rows of one resource. REST, bulk, panel, seeds and imports all come through here, so a
 * feature that needs more than plain CRUD replaces a function once and it holds at every door.
 */
export interface CrudService {
  readonly resource: Resource;
  list(ctx: Ctx, query: ListQuery, url: string): Promise<Page>;
  read(ctx: Ctx, id: string, options?: ReadOptions): Promise<Row>;
  /** `input` has passed the resource's `createSchema`. */
  create(ctx: Ctx, input: Input, options?: WriteOptions): Promise<Row>;
  /** `input` has passed the resource's `updateSchema`. */
  update(ctx: Ctx, id: string, input: Input, options?: UpdateOptions): Promise<Row>;
  delete(ctx: Ctx, id: string, options?: UpdateOptions): Promise<void>;
  restore(ctx: Ctx, id: string): Promise<Row>;
  purge(ctx: Ctx, id: string, options?: UpdateOptions): Promise<void>;
}

/** Plain CRUD over one resource. */
export function crudService(resource: Resource): CrudService {
  return {
    resource,
    list: (ctx, query, url) => listRows(ctx, resource, query, url),
    read: (ctx, id, options) => readRow(ctx, resource, id, options),
    create: (ctx, input, options) => createRow(ctx, resource, input, options),
    update: (ctx, id, input, options) => updateRow(ctx, resource, id, input, options),
    delete: (ctx, id, options) => deleteRow(ctx, resource, id, options),
    restore: (ctx, id) => restoreRow(ctx, resource, id),
    purge: (ctx, id, options) => purgeRow(ctx, resource, id, options),
  };
}

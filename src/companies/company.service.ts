import { findRowAccess } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { Parameters } from '../crud/select.ts';
import type { WriteOptions } from '../crud/write-rows.ts';
import { companyResource } from './company.resource.ts';

const crud = crudService(companyResource);

export const companyService: CrudService = {
  ...crud,
  update: async (ctx, id, input, options) => {
    if (typeof input.parent_id !== 'string') return crud.update(ctx, id, input, options);
    // Two changes of the tree at once could each be fine and make a cycle together.
    await ctx.db.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
    const company = await crud.update(ctx, id, input, options);
    await refuseCycle(ctx, id);
    return company;
  },
};

// Any number will do.
const TREE_LOCK = 4_862_017_332;

/** After the write, so that a parent which the caller may not read is refused as absent before this looks above it. */
async function refuseCycle(ctx: Ctx, id: string): Promise<void> {
  const above = await ctx.db.query(
    `WITH RECURSIVE above AS (
       SELECT parent_id FROM companies WHERE id = $1
       UNION SELECT c.parent_id FROM companies c JOIN above a ON c.id = a.parent_id)
     SELECT 1 FROM above WHERE parent_id = $1`,
    [id],
  );
  if (above.length > 0) throw fieldError('parent_id', 'cycle', 'A company cannot stand above itself.');
}

/**
 * The company of this name that the caller may see, made when there is none. Answers its id. Names are equal when their
 * words are; those of signs alone have none and must be equal to the letter.
 */
export async function findOrCreateCompany(ctx: Ctx, name: string, options: WriteOptions = {}): Promise<string> {
  const { values, bind } = new Parameters();
  const access = findRowAccess(ctx.principal, companyResource.permissions.view);
  const scope = companyResource.scope(access, 't', bind) ?? 'TRUE';
  // Two contacts of one new company that arrive at once must not make it twice.
  await ctx.db.query("SELECT pg_advisory_xact_lock(hashtextextended('company:' || search_words($1), 0))", [name]);
  const [found] = await ctx.db.query<{ id: string }>(
    // Found before they are ordered: PostgreSQL takes them for many, and would walk all companies by age to meet one.
    `WITH named AS MATERIALIZED (
       SELECT t.id, t.created_at FROM companies t WHERE search_words(t.name) = search_words(${bind(name)})
         AND (search_words(t.name) <> '' OR t.name = ${bind(name)}) AND t.deleted_at IS NULL AND ${scope})
     SELECT id FROM named ORDER BY created_at LIMIT 1`,
    values,
  );
  if (found) return found.id;
  const created = await companyService.create(ctx, companyResource.createSchema.parse({ name }), options);
  return created.id as string;
}

import { findRowAccess } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { Parameters } from '../crud/select.ts';
import type { WriteOptions } from '../crud/write-rows.ts';
import { refusingDuplicates } from '../duplicates/refuse-duplicates.ts';
import { knowingMerges } from '../merges/merged-away.ts';
import { companyDuplicates } from './company.duplicates.ts';
import { companyResource } from './company.resource.ts';
import { lockTree, refuseCycle } from './company.tree.ts';

const crud = crudService(companyResource);

export const companyService: CrudService = refusingDuplicates(
  knowingMerges({
    ...crud,
    update: async (ctx, id, input, options) => {
      if (typeof input.parent_id !== 'string') return crud.update(ctx, id, input, options);
      await lockTree(ctx);
      const company = await crud.update(ctx, id, input, options);
      await refuseCycle(ctx, id);
      return company;
    },
  }),
  companyDuplicates,
);

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
  // The name is meant as it was written: a firm of another legal form is another firm here.
  const input = companyResource.createSchema.parse({ name });
  const created = await companyService.create(ctx, input, { ...options, allowDuplicate: true, isDerived: true });
  return created.id as string;
}

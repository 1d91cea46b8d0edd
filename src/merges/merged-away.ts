import type { Ctx } from '../core/ctx.ts';
import { AppError, conflict } from '../core/errors.ts';
import type { CrudService } from '../crud/crud-service.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';

/** The same service, which says of a row that was merged where it went, and brings it back by taking the merge back only. */
export function knowingMerges(service: CrudService): CrudService {
  const { resource } = service;
  return {
    ...service,
    read: async (ctx, id, options) => {
      try {
        return await service.read(ctx, id, options);
      } catch (error) {
        if (!(error instanceof AppError) || error.status !== 404) throw error;
        const merged_into = await findSuccessor(ctx, resource, id);
        if (!merged_into) throw error;
        throw new AppError({
          status: 404,
          code: 'not_found',
          title: 'Not found',
          detail: `This ${resource.noun} was merged into another one.`,
          extra: { merged_into },
        });
      }
    },
    restore: async (ctx, id) => {
      // Read first: a row out of reach is absent, whatever became of it.
      await service.read(ctx, id, { fields: ['id'], isTrashed: 'either' });
      const [row] = await ctx.db.query(`SELECT merged_into_id FROM ${resource.plural} WHERE id = $1 FOR UPDATE`, [id]);
      if (row?.merged_into_id) {
        throw conflict(`This ${resource.noun} was merged into another one; take the merge back with unmerge.`);
      }
      return service.restore(ctx, id);
    },
  };
}

/** The living row that a merged one became in the end. Both must be the caller's to read. */
async function findSuccessor(ctx: Ctx, resource: Resource, id: string): Promise<string | null> {
  const { values, bind } = new Parameters();
  const readable = (alias: string) => scopeCondition(ctx, resource, resource.permissions.view, alias, bind);
  const [found] = await ctx.db.query<{ id: string }>(
    `WITH RECURSIVE way AS (
       SELECT t.merged_into_id AS id FROM ${resource.plural} t
       WHERE t.id = ${bind(id)} AND t.deleted_at IS NOT NULL AND ${readable('t')}
       UNION SELECT m.merged_into_id FROM ${resource.plural} m JOIN way w ON m.id = w.id WHERE m.deleted_at IS NOT NULL)
     SELECT t.id FROM way JOIN ${resource.plural} t ON t.id = way.id
     WHERE t.deleted_at IS NULL AND ${readable('t')}`,
    values,
  );
  return found?.id ?? null;
}

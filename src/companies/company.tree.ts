import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';

// Any number will do.
const TREE_LOCK = 4_862_017_332;

/** Two changes of the tree at once could each be fine and make a cycle together. */
export async function lockTree(ctx: Ctx): Promise<void> {
  await ctx.db.query('SELECT pg_advisory_xact_lock($1)', [TREE_LOCK]);
}

/** After the write, so that a parent which the caller may not read is refused as absent before this looks above it. */
export async function refuseCycle(ctx: Ctx, id: string): Promise<void> {
  const above = await ctx.db.query(
    `WITH RECURSIVE above AS (
       SELECT parent_id FROM companies WHERE id = $1
       UNION SELECT c.parent_id FROM companies c JOIN above a ON c.id = a.parent_id)
     SELECT 1 FROM above WHERE parent_id = $1`,
    [id],
  );
  if (above.length > 0) throw fieldError('parent_id', 'cycle', 'A company cannot stand above itself.');
}

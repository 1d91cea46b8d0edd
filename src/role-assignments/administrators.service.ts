import type { Ctx } from '../core/ctx.ts';
import { conflict } from '../core/errors.ts';

/**
 * Called after an administrator was removed or suspended, in the same transaction: throws 409 when none is left. The
 * lock makes two administrators who remove one another at the same moment wait for each other.
 */
export async function keepAdministrator(ctx: Ctx): Promise<void> {
  await ctx.db.query("SELECT 1 FROM roles WHERE name = 'admin' AND deleted_at IS NULL FOR UPDATE");
  const left = await ctx.db.query(
    `SELECT 1 FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
     JOIN users u ON u.id = a.user_id AND u.is_active AND u.deleted_at IS NULL
     WHERE r.name = 'admin' AND a.team_id IS NULL AND a.deleted_at IS NULL LIMIT 1`,
  );
  if (left.length === 0) throw conflict('The last administrator cannot be removed.');
}

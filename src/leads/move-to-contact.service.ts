import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';

/**
 * What was logged, said and is followed of a lead becomes the contact's, whoever wrote it. The lines that tell what
 * happened to the lead itself stay its history. Answers how much was moved.
 */
export async function moveToContact(ctx: Ctx, lead: Row, contact: Row): Promise<Record<string, number>> {
  const ids = [lead.id, contact.id];
  const activities = await ctx.db.query(
    `UPDATE activities SET target_type = 'contact', target_id = $2, target_name = $3, updated_at = now(),
       version = version + 1
     WHERE target_type = 'lead' AND target_id = $1 AND type IS NOT NULL RETURNING id`,
    [...ids, contact.full_name],
  );
  const comments = await ctx.db.query(
    `UPDATE comments SET target_type = 'contact', target_id = $2, updated_at = now(), version = version + 1
     WHERE target_type = 'lead' AND target_id = $1 RETURNING id`,
    ids,
  );
  // Who follows both follows the contact once.
  const follows = await ctx.db.query(
    `WITH gone AS (DELETE FROM follows WHERE target_type = 'lead' AND target_id = $1 RETURNING *)
     INSERT INTO follows (id, created_at, created_by_id, user_id, target_type, target_id)
     SELECT id, created_at, created_by_id, user_id, 'contact', $2 FROM gone
     ON CONFLICT (user_id, target_type, target_id) DO NOTHING RETURNING id`,
    ids,
  );
  return { activities: activities.length, comments: comments.length, follows: follows.length };
}

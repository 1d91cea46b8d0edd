import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { record } from '../events/record.ts';

/**
 * What was logged, said, planned and is followed of a lead becomes the contact's, whoever wrote it. The lines that tell
 * what happened to the lead itself stay its history. Answers how much was moved.
 */
export async function moveToContact(ctx: Ctx, lead: Row, contact: Row): Promise<Record<string, number>> {
  const ids = [lead.id, contact.id];
  const activities = await ctx.db.query(
    `UPDATE activities SET target_type = 'contact', target_id = $2, target_name = $3, updated_at = now(),
       version = version + 1
     WHERE target_type = 'lead' AND target_id = $1 AND type IS NOT NULL RETURNING id`,
    [...ids, contact.full_name],
  );
  // Who follows both follows the contact once.
  const follows = await ctx.db.query(
    `WITH gone AS (DELETE FROM follows WHERE target_type = 'lead' AND target_id = $1 RETURNING *)
     INSERT INTO follows (id, created_at, created_by_id, user_id, target_type, target_id)
     SELECT id, created_at, created_by_id, user_id, 'contact', $2 FROM gone
     ON CONFLICT (user_id, target_type, target_id) DO NOTHING RETURNING id`,
    ids,
  );
  return {
    activities: activities.length,
    follows: follows.length,
    comments: await retarget(ctx, 'comments', ids),
    reminders: await retarget(ctx, 'reminders', ids),
    tasks: await relink(ctx, 'task', 'tasks', lead, contact),
    events: await relink(ctx, 'event', 'events', lead, contact),
  };
}

async function retarget(ctx: Ctx, table: 'comments' | 'reminders', ids: unknown[]): Promise<number> {
  const moved = await ctx.db.query(
    `UPDATE ${table} SET target_type = 'contact', target_id = $2, updated_at = now(), version = version + 1
     WHERE target_type = 'lead' AND target_id = $1 RETURNING id`,
    ids,
  );
  return moved.length;
}

/** What is planned with another contact already stays with that one. */
async function relink(
  ctx: Ctx,
  noun: 'task' | 'event',
  table: 'tasks' | 'events',
  lead: Row,
  contact: Row,
): Promise<number> {
  const moved = await ctx.db.query<{
    id: string;
    version: number;
    title: string;
    before: string | null;
    after: string;
  }>(
    `UPDATE ${table} t SET lead_id = NULL, contact_id = coalesce(old.contact_id, $2), updated_at = now(),
       version = t.version + 1
     FROM (SELECT id, contact_id FROM ${table} WHERE lead_id = $1 ORDER BY id FOR UPDATE) old
     WHERE t.id = old.id RETURNING t.id, t.version, t.title, old.contact_id AS before, t.contact_id AS after`,
    [lead.id, contact.id],
  );
  for (const { id, version, title, before, after } of moved) {
    const changes: Record<string, [unknown, unknown]> = { lead_id: [lead.id, null] };
    if (before !== after) changes.contact_id = [before, after];
    await record(ctx, `${noun}.updated`, { type: noun, id, version, label: title }, { changes });
  }
  return moved.length;
}

import type { Ctx } from '../core/ctx.ts';
import type { RecordedEvent } from '../events/recorded-event.ts';
import { describeEvent } from './describe-event.ts';

/** Writes the line of the feed that an event makes. Its id is the event's, so that a second time changes nothing. */
export async function writeActivity(ctx: Ctx, event: RecordedEvent): Promise<void> {
  const { target_type, target_id, target_name } = targetOf(event);
  if (!target_id) return;
  await ctx.db.query(
    `INSERT INTO activities (id, created_at, updated_at, created_by_id, actor_id, actor_name, action, target_type,
       target_id, target_name, description, changes, metadata)
     VALUES ($1, $2, $2, $3, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING`,
    [
      event.id,
      event.created_at,
      event.actor_id,
      event.actor_name,
      event.action,
      target_type,
      target_id,
      target_name,
      describeEvent(event, target_type, target_name),
      JSON.stringify(event.changes),
      JSON.stringify(event.metadata),
    ],
  );
}

function targetOf(event: RecordedEvent) {
  if (event.resource_type !== 'comment') {
    return {
      target_type: event.resource_type,
      target_id: event.resource_id,
      target_name: event.resource_label ?? '',
    };
  }
  const { target_type, target_id, target_name } = event.metadata;
  return { target_type: String(target_type), target_id: String(target_id), target_name: String(target_name) };
}

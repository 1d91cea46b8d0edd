import type { Ctx } from '../core/ctx.ts';
import type { EventName } from '../events/catalog.ts';
import { recordAll } from '../events/record.ts';
import { listReferences, type Resource } from './resource.ts';

/**
 * Clears the columns that name a row which is about to be purged, whoever may see the rows they stand in: each gets a
 * version and an event, so that nobody writes over the change unawares and its history says what it was. The row must
 * be locked. Left to the foreign keys, both would be missing.
 */
export async function clearReferences(ctx: Ctx, target: Resource, id: string, label: string): Promise<void> {
  for (const { resource, column } of listReferences(target)) {
    const cleared = await ctx.db.query<{ id: string; version: number; label: string }>(
      `UPDATE ${resource.plural} t SET ${column} = NULL, updated_at = now(), version = version + 1
       WHERE t.${column} = $1 RETURNING t.id, t.version, ${resource.label('t')} AS label`,
      [id],
    );
    const subjects = cleared.map((row) => ({ type: resource.noun, ...row }));
    const metadata = { purged: { type: target.noun, id, label } };
    await recordAll(ctx, `${resource.noun}.updated` as EventName, subjects, {
      changes: { [column]: [id, null] },
      metadata,
    });
  }
}

import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { newId } from '../core/ids.ts';
import { readRow } from '../crud/read-rows.ts';
import { instant } from '../http/fields.ts';
import { dealResource } from './deal.resource.ts';
import type { Stage } from './deal-stage.ts';

const stageName = z.strictObject({ id: z.uuid().nullable(), key: z.string(), name: z.string() });

export const transitionView = z.strictObject({
  id: z.uuid(),
  from: stageName,
  to: stageName,
  at: instant,
  by: z.strictObject({ id: z.uuid().nullable(), name: z.string().nullable() }),
  amount: z.number().nullable(),
  currency: z.string(),
  days: z.number().describe('How long the deal had stood in the stage that it left'),
});

export type Transition = z.output<typeof transitionView>;

/** `before` is the deal as it stood in the stage `from`, `after` as it stands in `to`. */
export async function recordTransition(ctx: Ctx, before: Row, after: Row, from: Stage, to: Stage): Promise<void> {
  await ctx.db.query(
    `INSERT INTO stage_transitions (id, created_at, deal_id, from_stage_id, from_stage, from_stage_name, to_stage_id,
       to_stage, to_stage_name, created_by_id, amount, currency, days)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
       greatest(extract(epoch FROM $2::timestamptz - $13::timestamptz) / 86400, 0))`,
    [
      newId(),
      after.stage_entered_at,
      after.id,
      from.id,
      from.key,
      from.name,
      to.id,
      to.key,
      to.name,
      ctx.principal.user_id,
      after.amount,
      after.currency,
      before.stage_entered_at,
    ],
  );
}

/** Every change of a deal's stage, newest first. Throws 404. */
export async function listTransitions(ctx: Ctx, dealId: string): Promise<Transition[]> {
  await readRow(ctx, dealResource, dealId, { fields: ['id'] });
  return ctx.db.query<Transition>(
    `SELECT t.id, json_build_object('id', t.from_stage_id, 'key', t.from_stage, 'name', t.from_stage_name) AS from,
       json_build_object('id', t.to_stage_id, 'key', t.to_stage, 'name', t.to_stage_name) AS to, t.created_at AS at,
       json_build_object('id', t.created_by_id,
         'name', coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email)) AS by,
       t.amount, t.currency, t.days
     FROM stage_transitions t LEFT JOIN users u ON u.id = t.created_by_id
     WHERE t.deal_id = $1 ORDER BY t.id DESC`,
    [dealId],
  );
}

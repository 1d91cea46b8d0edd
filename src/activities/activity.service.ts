import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import { NO_FIELDS } from '../core/field-definitions.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { fieldsOf, shownChanges } from '../crud/custom-column.ts';
import type { ListQuery } from '../crud/list-query.ts';
import type { Page } from '../crud/read-rows.ts';
import { type Changes, record } from '../events/record.ts';
import { rescoreLead } from '../leads/lead-score.service.ts';
import { findRecordResource } from '../records/record-types.ts';
import { findTarget, type Target } from '../records/target.ts';
import { activityResource } from './activity.resource.ts';
import { describeEvent } from './describe-event.ts';

const crud = crudService(activityResource);

export const activityService: CrudService = {
  ...crud,
  list: async (ctx, query, url) => {
    const page = await crud.list(ctx, query, url);
    return { ...page, results: page.results.map((row) => withShownChanges(ctx, row)) };
  },
  read: async (ctx, id, options) => withShownChanges(ctx, await crud.read(ctx, id, options)),
};

/** A field that the record no longer shows is not shown here either; without its record, none that is its own. */
function withShownChanges(ctx: Ctx, row: Row): Row {
  if (row.changes === undefined) return row;
  const resource = findRecordResource(String(row.target_type));
  const set = resource ? fieldsOf(ctx, resource) : NO_FIELDS;
  return { ...row, changes: shownChanges(set, row.changes as Changes, String(row.created_at)) };
}

/** What the caller did, what happened to records they follow, and what their teams did. */
export function listMyFeed(ctx: Ctx, query: ListQuery, url: string): Promise<Page> {
  const mine: ListQuery = {
    ...query,
    conditions: [
      (alias, bind) => {
        const me = bind(ctx.principal.user_id);
        return `(${alias}.actor_id = ${me}
          OR EXISTS (SELECT 1 FROM follows f WHERE f.user_id = ${me} AND f.target_type = ${alias}.target_type
            AND f.target_id = ${alias}.target_id)
          OR ${alias}.actor_id IN (SELECT o.user_id FROM team_memberships m
            JOIN teams ON teams.id = m.team_id AND teams.deleted_at IS NULL
            JOIN team_memberships o ON o.team_id = m.team_id WHERE m.user_id = ${me}))`;
      },
    ],
  };
  return activityService.list(ctx, mine, url);
}

export interface LoggedActivity extends Target {
  type: 'call' | 'email' | 'meeting' | 'note';
  subject?: string | null;
  body?: string | null;
  duration_minutes?: number | null;
  outcome?: string | null;
  happened_at?: string | null;
}

// Clocks of clients go ahead a little.
const MAX_AHEAD_MS = 5 * 60_000;

/**
 * Logs a call, e-mail, meeting or note on a record, which may then say when it was last contacted; a lead is scored anew.
 * Throws 400 at the target or at a time to come, 403 for who may not change such records.
 */
export async function logActivity(ctx: Ctx, input: LoggedActivity): Promise<Row> {
  if (input.happened_at && Date.parse(input.happened_at) > Date.now() + MAX_AHEAD_MS) {
    throw fieldError('happened_at', 'in_future', 'Log what has happened; what is to come is a task or an event.');
  }
  const { resource, label } = await findTarget(ctx, input, true);
  const id = newId();
  const { user_id, name } = ctx.principal;
  const metadata = { type: input.type, target_type: input.target_type, target_id: input.target_id };
  const description = describeEvent(
    { actor_name: name, action: 'logged', changes: {}, metadata },
    resource.noun,
    label,
  );
  await ctx.db.query(
    `INSERT INTO activities (id, created_by_id, actor_id, actor_name, action, target_type, target_id, target_name,
       description, type, subject, body, duration_minutes, outcome, happened_at)
     VALUES ($1, $2, $2, $3, 'logged', $4, $5, $6, $7, $8, $9, $10, $11, $12, coalesce($13::timestamptz, now()))`,
    [
      id,
      user_id,
      name,
      input.target_type,
      input.target_id,
      label.slice(0, 300),
      description,
      input.type,
      input.subject ?? null,
      input.body ?? null,
      input.duration_minutes ?? null,
      input.outcome ?? null,
      input.happened_at ?? null,
    ],
  );
  // A note to oneself is no contact.
  if (input.type !== 'note' && resource.columns.has('last_contacted_at')) {
    await ctx.db.query(
      `UPDATE ${resource.plural} t SET last_contacted_at = a.happened_at, updated_at = now(), version = t.version + 1
       FROM activities a WHERE a.id = $1 AND t.id = $2
         AND (t.last_contacted_at IS NULL OR t.last_contacted_at < a.happened_at)`,
      [id, input.target_id],
    );
  }
  await record(
    ctx,
    'activity.logged',
    { type: 'activity', id, version: 1, label: input.subject ?? description },
    { metadata },
  );
  if (resource.noun === 'lead') await rescoreLead(ctx, input.target_id);
  return activityService.read(ctx, id);
}

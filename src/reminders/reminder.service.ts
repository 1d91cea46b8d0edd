import { eventResource } from '../calendar/event.resource.ts';
import { companyResource } from '../companies/company.resource.ts';
import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { type Input, lockRow } from '../crud/write-rows.ts';
import { dealResource } from '../deals/deal.resource.ts';
import { leadResource } from '../leads/lead.resource.ts';
import { taskResource } from '../tasks/task.resource.ts';
import { type REMINDER_TARGETS, reminderResource } from './reminder.resource.ts';

const crud = crudService(reminderResource);

const TARGETS: Record<(typeof REMINDER_TARGETS)[number], Resource> = {
  contact: contactResource,
  company: companyResource,
  lead: leadResource,
  deal: dealResource,
  task: taskResource,
  event: eventResource,
};

export const reminderService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    const label = await checkTarget(ctx, input);
    const title = input.title ?? label;
    if (!title) throw fieldError('title', 'required', 'Give a title or a record to be reminded of.');
    return crud.create(ctx, { ...input, title, user_id: ctx.principal.user_id });
  },
  update: async (ctx, id, input, options) => {
    const before = await lockRow(ctx, reminderResource, id, reminderResource.permissions.edit);
    const change: Input = { ...input };
    const target = { ...before, ...change };
    const isMoved = target.target_type !== before.target_type || target.target_id !== before.target_id;
    const label = isMoved ? await checkTarget(ctx, target) : null;
    if (change.title === null) change.title = label ?? before.title;
    const isPutOff = change.remind_at !== undefined && Date.parse(String(change.remind_at)) !== instantOf(before);
    if (isPutOff) change.reminded_at = null;
    return crud.update(ctx, id, change, options);
  },
};

/** Reminds again at `until`. Throws 404, 403, 400 for a moment that has passed. */
export async function snoozeReminder(ctx: Ctx, id: string, until: string): Promise<Row> {
  if (Date.parse(until) <= Date.now()) throw fieldError('until', 'in_the_past', 'Give a moment to come.');
  await lockRow(ctx, reminderResource, id, reminderResource.permissions.edit);
  const change = { remind_at: until, reminded_at: null, is_done: false };
  return crud.update(ctx, id, change, { event: 'reminder.snoozed' });
}

function instantOf({ remind_at }: Row): number {
  return Date.parse(String(remind_at));
}

/** Throws a 400 at the id of a record that the caller may not read. Answers what it is called. */
async function checkTarget(ctx: Ctx, { target_type, target_id }: Input): Promise<string | null> {
  if (!target_type !== !target_id) {
    const missing = target_type ? 'target_id' : 'target_type';
    throw fieldError(missing, 'required', 'Give target_type and target_id, or neither.');
  }
  if (!target_type) return null;
  const resource = TARGETS[target_type as keyof typeof TARGETS];
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const [found] = await ctx.db.query<{ label: string }>(
    `SELECT left(${resource.label('t')}, 200) AS label FROM ${resource.plural} t
     WHERE t.id = ${bind(target_id)} AND t.deleted_at IS NULL AND ${scope}`,
    values,
  );
  if (!found) throw fieldError('target_id', 'not_found', `No such ${resource.noun}.`);
  return found.label;
}

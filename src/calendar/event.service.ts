import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { fieldError } from '../core/errors.ts';
import { fitsRule, lastOccurrence, type Series } from '../core/recurrence.ts';
import { readRule, writeRule, writeUntil } from '../core/recurrence-rule.ts';
import { DAY } from '../core/time-zones.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { type Input, lockRow } from '../crud/write-rows.ts';
import { acceptAttendees, nameAttendees } from './attendees.service.ts';
import type { Attendee } from './event.entity.ts';
import { eventResource } from './event.resource.ts';

const crud = crudService(eventResource);

/** Who attends is named to each reader anew, so no name of a contact reaches somebody who may not read it. */
export const eventService: CrudService = {
  ...crud,
  list: async (ctx, query, url) => {
    const page = await crud.list(ctx, query, url);
    return { ...page, results: await nameAttendees(ctx, page.results) };
  },
  read: async (ctx, id, options) => named(ctx, await crud.read(ctx, id, options)),
  restore: async (ctx, id) => named(ctx, await crud.restore(ctx, id)),
  create: async (ctx, input) => {
    const event: Input = { ...input, timezone: input.timezone ?? ctx.principal.time_zone };
    Object.assign(event, checkTimes(event));
    event.attendees = await acceptAttendees(ctx, event.attendees as Attendee[], []);
    return named(ctx, await crud.create(ctx, event));
  },
  update: async (ctx, id, input, options) => {
    const before = await lockRow(ctx, eventResource, id, eventResource.permissions.edit);
    const change: Input = { ...input };
    // A replacement that names no time zone leaves it.
    if (change.timezone === null) change.timezone = before.timezone;
    Object.assign(change, checkTimes({ ...before, ...withoutUndefined(change) }));
    if (change.attendees !== undefined) {
      change.attendees = await acceptAttendees(ctx, change.attendees as Attendee[], before.attendees as Attendee[]);
    }
    return named(ctx, await crud.update(ctx, id, change, options));
  },
};

async function named(ctx: Ctx, event: Row): Promise<Row> {
  const [one = event] = await nameAttendees(ctx, [event]);
  return one;
}

const MAX_DAYS = 366;

/** Throws a 400 at the field that does not fit the others. Answers what follows from them. */
function checkTimes(event: Row): Input {
  const start = new Date(String(event.start_at));
  const end = new Date(String(event.end_at));
  const duration = end.getTime() - start.getTime();
  if (duration <= 0) throw fieldError('end_at', 'invalid_range', 'An event ends after it starts.');
  if (duration > MAX_DAYS * DAY) throw fieldError('end_at', 'too_long', `An event takes at most ${MAX_DAYS} days.`);
  if (typeof event.recurrence !== 'string') return { recurs_until: null };
  const series = { rule: event.recurrence, start, zone: String(event.timezone) };
  if (!fitsRule(series)) {
    throw fieldError('recurrence', 'start_not_in_rule', 'The event must start on a day that its own rule gives.');
  }
  const last = lastOccurrence(series);
  return { recurs_until: last && new Date(last.getTime() + duration).toISOString() };
}

function withoutUndefined(input: Input): Input {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** The series of a recurring event. One that was counted once, when it was written, is not counted anew. */
export function seriesOf({ recurrence, start_at, end_at, timezone, recurs_until }: Row): Series {
  const series = { rule: String(recurrence), start: new Date(String(start_at)), zone: String(timezone) };
  const { COUNT, ...parts } = readRule(series.rule);
  if (!COUNT || recurs_until === null) return series;
  const duration = Date.parse(String(end_at)) - series.start.getTime();
  const last = new Date(Date.parse(String(recurs_until)) - duration);
  return { ...series, rule: writeRule({ ...parts, UNTIL: writeUntil(last) }) };
}

import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { occurrencesBetween } from '../core/recurrence.ts';
import { toWallTime, wallTimeToDate } from '../core/time-zones.ts';
import { beginSelect, scopeCondition } from '../crud/select.ts';
import { nameAttendees } from './attendees.service.ts';
import { eventResource } from './event.resource.ts';
import { seriesOf } from './event.service.ts';

export const MAX_INSTANCES = 2000;

export interface Calendar {
  from: string;
  to: string;
  /** Whether there is more than is shown. */
  is_truncated: boolean;
  results: Row[];
}

/** What takes place between two moments, each occurrence by itself, by when it starts. */
export async function readCalendar(ctx: Ctx, from: Date, to: Date): Promise<Calendar> {
  const { text, values, bind } = beginSelect(ctx, eventResource, eventResource.fields);
  const scope = scopeCondition(ctx, eventResource, eventResource.permissions.view, 't', bind);
  const rows = await ctx.db.query(
    prepared(
      `${text} WHERE t.deleted_at IS NULL AND ${scope} AND ${spanOf('t')} && tstzrange(${bind(from)}, ${bind(to)})
       ORDER BY t.start_at, t.id LIMIT ${MAX_INSTANCES + 1}`,
      values,
    ),
  );
  const { starts, isCut } = findStarts(rows, from, to);
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    is_truncated: rows.length > MAX_INSTANCES || isCut,
    results: await nameAttendees(ctx, starts.map(describeInstance)),
  };
}

/** From the first start to the last end of an event. An index holds the same expression. */
function spanOf(alias: string): string {
  return `tstzrange(${alias}.start_at, CASE WHEN ${alias}.recurrence IS NULL THEN ${alias}.end_at ELSE ${alias}.recurs_until END)`;
}

interface Start {
  event: Row;
  start: Date;
}

/** The first starts of these events, in order of time. */
function findStarts(events: Row[], from: Date, to: Date): { starts: Start[]; isCut: boolean } {
  const found: Start[] = [];
  let isCut = false;
  let horizon = to;
  const cut = () => {
    found.sort((a, b) => a.start.getTime() - b.start.getTime());
    if (found.length <= MAX_INSTANCES) return;
    isCut = true;
    found.length = MAX_INSTANCES;
    // What starts later would only be cut off again: hundreds of daily meetings need not be laid out for a year.
    horizon = found.at(-1)?.start ?? to;
  };
  for (const event of events) {
    for (const start of expandEvent(event, from, horizon)) found.push({ event, start });
    if (found.length > 2 * MAX_INSTANCES) cut();
  }
  cut();
  return { starts: found, isCut };
}

/** When the occurrences begin that reach into the time from `from` to `to`. */
function expandEvent(event: Row, from: Date, to: Date): Date[] {
  const start = new Date(String(event.start_at));
  if (event.recurrence === null) return start < to ? [start] : [];
  const exceptions = new Set(event.exception_dates as string[]);
  const earliest = new Date(from.getTime() - durationOf(event) + 1);
  const starts = occurrencesBetween(seriesOf(event), earliest, to);
  return exceptions.size === 0 ? starts : starts.filter((each) => !exceptions.has(dayOf(event, each)));
}

function describeInstance({ event, start }: Start): Row {
  const end = new Date(start.getTime() + durationOf(event));
  const times = { start_at: start.toISOString(), end_at: end.toISOString() };
  return { ...event, ...times, occurrence_date: dayOf(event, start), is_recurring: event.recurrence !== null };
}

function durationOf({ start_at, end_at }: Row): number {
  return Date.parse(String(end_at)) - Date.parse(String(start_at));
}

function dayOf({ timezone }: Row, instant: Date): string {
  return wallTimeToDate(toWallTime(instant, String(timezone)));
}

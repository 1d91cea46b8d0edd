import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { occurrencesBetween } from '../core/recurrence.ts';
import { toWallTime, wallTimeToDate } from '../core/time-zones.ts';
import { beginSelect, scopeCondition } from '../crud/select.ts';
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
  const instances = rows
    .flatMap((event) => expandEvent(event, from, to))
    .sort((a, b) => Date.parse(String(a.start_at)) - Date.parse(String(b.start_at)));
  return {
    from: from.toISOString(),
    to: to.toISOString(),
    is_truncated: rows.length > MAX_INSTANCES || instances.length > MAX_INSTANCES,
    results: instances.slice(0, MAX_INSTANCES),
  };
}

/** From the first start to the last end of an event. An index holds the same expression. */
function spanOf(alias: string): string {
  return `tstzrange(${alias}.start_at, CASE WHEN ${alias}.recurrence IS NULL THEN ${alias}.end_at ELSE ${alias}.recurs_until END)`;
}

/** The occurrences of an event that reach into the time from `from` to `to`. */
function expandEvent(event: Row, from: Date, to: Date): Row[] {
  const zone = String(event.timezone);
  const dayOf = (instant: Date) => wallTimeToDate(toWallTime(instant, zone));
  const start = new Date(String(event.start_at));
  if (event.recurrence === null) return [{ ...event, occurrence_date: dayOf(start), is_recurring: false }];
  const duration = Date.parse(String(event.end_at)) - start.getTime();
  const exceptions = new Set(event.exception_dates as string[]);
  return occurrencesBetween(seriesOf(event), new Date(from.getTime() - duration + 1), to).flatMap((begin) => {
    const occurrence_date = dayOf(begin);
    if (exceptions.has(occurrence_date)) return [];
    const end = new Date(begin.getTime() + duration);
    const times = { start_at: begin.toISOString(), end_at: end.toISOString() };
    return [{ ...event, ...times, occurrence_date, is_recurring: true }];
  });
}

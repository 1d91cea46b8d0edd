import ical, { ICalAttendeeStatus, type ICalCalendar, ICalEventTransparency } from 'ical-generator';
import { DateTime } from 'luxon';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import type { Row } from '../core/database.ts';
import { untilInstant } from '../core/recurrence.ts';
import { readRule, writeRule, writeUntil } from '../core/recurrence-rule.ts';
import { DAY, dateToWallTime, fromWallTime, startOfDay, toWallTime, wallTimeToDate } from '../core/time-zones.ts';
import type { Attendee } from './event.entity.ts';

const STATUSES: Record<Attendee['status'], ICalAttendeeStatus> = {
  accepted: ICalAttendeeStatus.ACCEPTED,
  declined: ICalAttendeeStatus.DECLINED,
  tentative: ICalAttendeeStatus.TENTATIVE,
  needs_action: ICalAttendeeStatus.NEEDSACTION,
};

/** Events as an iCalendar document. Source: RFC 5545. */
export function writeIcs(owner: string, events: Row[]): string {
  const calendar = ical({ name: `MyCRM: ${owner}`, prodId: { company: 'MyCRM', product: 'Calendar', language: 'EN' } });
  // What says when the clocks of a zone change is written for each zone that is used.
  calendar.timezone({ name: null, generator: describeZone });
  for (const event of events) addEvent(calendar, event);
  return calendar.toString();
}

function addEvent(calendar: ICalCalendar, event: Row): void {
  const zone = String(event.timezone);
  const isAllDay = event.is_all_day === true;
  const [start, end] = [new Date(String(event.start_at)), new Date(String(event.end_at))];
  const day = (instant: Date, days = 0) =>
    DateTime.fromISO(wallTimeToDate(toWallTime(instant, zone) + days * DAY), { zone });
  const moment = (instant: Date) => DateTime.fromJSDate(instant, { zone });
  const entry = calendar.createEvent({
    id: `${event.id}@mycrm`,
    sequence: Number(event.version) - 1,
    summary: String(event.title),
    timezone: zone,
    allDay: isAllDay,
    start: isAllDay ? day(start) : moment(start),
    // The end of a whole day is the day after it.
    end: isAllDay ? day(new Date(end.getTime() - 1), 1) : moment(end),
    created: new Date(String(event.created_at)),
    lastModified: new Date(String(event.updated_at)),
    stamp: new Date(String(event.updated_at)),
    description: event.description as string | null,
    location: event.location as string | null,
    url: event.meeting_link === null ? null : writeLink(String(event.meeting_link)),
    transparency: isAllDay ? ICalEventTransparency.TRANSPARENT : ICalEventTransparency.OPAQUE,
    repeating: event.recurrence === null ? null : describeSeries(event, zone, isAllDay),
  });
  for (const [index, { email, name, user_id, contact_id, status }] of (event.attendees as Attendee[]).entries()) {
    // Every attendee has an address there. Those whose own is not told stand under one that no mail can reach.
    const standIn = `${user_id ?? contact_id ?? `attendee-${index}`}@mycrm.invalid`;
    entry.createAttendee({ name: quotable(name ?? email ?? ''), email: email ?? standIn, status: STATUSES[status] });
  }
}

/**
 * Parsed and written anew, a link holds no line break that could begin a property of its own. What the library would
 * escape as in a text, which an address knows nothing of, is percent-encoded.
 */
function writeLink(link: string): string {
  return new URL(link).href.replace(/[,;\\]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** A parameter can hold neither a quote nor an escape. Source: RFC 5545, 3.2. */
function quotable(name: string): string {
  return name.replaceAll('"', "'").replaceAll('\\', '/');
}

/** The rule and its exceptions. The end of a rule is in UTC where the event is in a zone, and a day where it is whole. */
function describeSeries(event: Row, zone: string, isAllDay: boolean): string {
  const { UNTIL, ...rule } = readRule(String(event.recurrence));
  const until = UNTIL ? untilInstant(UNTIL, zone) : null;
  const end = until && (isAllDay ? compact(wallTimeToDate(toWallTime(until, zone))) : writeUntil(until));
  const lines = [`RRULE:${writeRule(end ? { ...rule, UNTIL: end } : rule)}`];
  const exceptions = event.exception_dates as string[];
  if (isAllDay && exceptions.length > 0) lines.push(`EXDATE;VALUE=DATE:${exceptions.map(compact).join(',')}`);
  if (!isAllDay) {
    // Each occurrence begins at the time of day of the first.
    const wall = toWallTime(String(event.start_at), zone);
    const timeOfDay = wall - startOfDay(wall);
    for (const date of exceptions)
      lines.push(`EXDATE:${writeUntil(fromWallTime(dateToWallTime(date) + timeOfDay, zone))}`);
  }
  return lines.join('\r\n');
}

function describeZone(zone: string): string | null {
  const [block] = tzlib_get_ical_block(zone);
  // An old name of a zone gets the block of its new one.
  return block?.replace(/^TZID:.*$/m, `TZID:${zone}`) ?? null;
}

function compact(date: string): string {
  return date.replaceAll('-', '');
}

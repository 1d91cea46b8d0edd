import { IANAZone } from 'luxon';

const MINUTE = 60_000;
export const DAY = 24 * 60 * MINUTE;

/** What a clock on the wall shows, in milliseconds counted as if it were in UTC, so that days are always 24 hours. */
export type WallTime = number;

/** Whether this names an IANA time zone. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z][\w+/-]*$/.test(name) && IANAZone.isValidZone(name);
}

export function toWallTime(instant: Date | string, zone: string): WallTime {
  const ms = new Date(instant).getTime();
  return ms + offsetAt(ms, zone);
}

/**
 * The instant at which the clocks of `zone` show this. A time that comes twice when clocks go back is the first of the
 * two; one that is skipped when they go forward is counted on from before. Source: RFC 5545, 3.3.5.
 */
export function fromWallTime(wall: WallTime, zone: string): Date {
  const before = offsetAt(wall - DAY, zone);
  const first = wall - before;
  if (offsetAt(first, zone) === before) return new Date(first);
  const after = offsetAt(wall + DAY, zone);
  const second = wall - after;
  return new Date(offsetAt(second, zone) === after ? second : first);
}

export function startOfDay(wall: WallTime): WallTime {
  return Math.floor(wall / DAY) * DAY;
}

/** The last millisecond of the day that holds this. */
export function endOfDay(wall: WallTime, zone: string): Date {
  return new Date(fromWallTime(startOfDay(wall) + DAY, zone).getTime() - 1);
}

/** A stretch of time, its end excluded. */
export interface Stretch {
  from: Date;
  to: Date;
}

/** The present day in a time zone. */
export function today(zone: string): Stretch {
  const start = startOfDay(toWallTime(new Date(), zone));
  return { from: fromWallTime(start, zone), to: fromWallTime(start + DAY, zone) };
}

/** The present week in a time zone, from Monday. */
export function thisWeek(zone: string): Stretch {
  const day = startOfDay(toWallTime(new Date(), zone));
  const monday = day - ((new Date(day).getUTCDay() + 6) % 7) * DAY;
  return { from: fromWallTime(monday, zone), to: fromWallTime(monday + 7 * DAY, zone) };
}

/** `2026-01-31`, as the wall time at which that day begins. */
export function dateToWallTime(date: string): WallTime {
  return Date.parse(`${date}T00:00:00Z`);
}

export function wallTimeToDate(wall: WallTime): string {
  return new Date(wall).toISOString().slice(0, 10);
}

function offsetAt(ms: number, zone: string): number {
  return IANAZone.create(zone).offset(ms) * MINUTE;
}

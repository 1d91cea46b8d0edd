import rrule from 'rrule';
import { readRule, readUntil, writeRule } from './recurrence-rule.ts';
import { DAY, fromWallTime, toWallTime, type WallTime } from './time-zones.ts';

const { RRule } = rrule;

/** A first occurrence and the rule by which the others follow, at the same time of day in its time zone. */
export interface Series {
  rule: string;
  start: Date;
  zone: string;
}

/**
 * rrule looks for a next occurrence until the year 9999, and it looks again from the first one each time. Days, leap
 * days and weekdays repeat every 400 years, so the search is moved as near to that end as it goes.
 */
const SHIFT = 19 * 146_097 * DAY;

const STEPS: Record<string, number> = { DAILY: DAY, WEEKLY: 7 * DAY };

/** Whether the first occurrence is one that the rule itself would give. */
export function fitsRule(series: Series): boolean {
  const start = toWallTime(series.start, series.zone);
  return occurrencesOf(series, start).between(shifted(start), shifted(start), true).length > 0;
}

/** Those that begin from `from` on and before `to`. */
export function occurrencesBetween(series: Series, from: Date, to: Date): Date[] {
  const [first, last] = [toWallTime(from, series.zone) - DAY, toWallTime(to, series.zone) + DAY];
  const found = occurrencesOf(series, first).between(shifted(first), shifted(last), true);
  return toInstants(found, series.zone).filter((instant) => instant >= from && instant < to);
}

/**
 * The first that comes after `start`, by the clock on the wall, which may show a time that is skipped on that day;
 * `null` after the last. COUNT is left to whoever counts.
 */
export function nextWallTime(rule: string, start: WallTime, zone: string): WallTime | null {
  const { COUNT: _, ...parts } = readRule(rule);
  const found = recurring(writeRule(parts), start, zone).after(shifted(start), false);
  return found && found.getTime() - SHIFT;
}

/** The last; `null` where there is none. Of a rule with UNTIL that moment itself. */
export function lastOccurrence(series: Series): Date | null {
  const { COUNT, UNTIL } = readRule(series.rule);
  if (UNTIL) return untilInstant(UNTIL, series.zone);
  if (!COUNT) return null;
  const all = occurrencesOf(series, toWallTime(series.start, series.zone)).all();
  // Those beyond the year 2400 are not looked for.
  return all.length < Number(COUNT) ? null : (toInstants(all.slice(-1), series.zone)[0] ?? null);
}

/** The moment that ends a series in this time zone, itself included. */
export function untilInstant(until: string, zone: string): Date {
  const { wall, isUtc } = readUntil(until);
  return isUtc ? new Date(wall) : fromWallTime(wall, zone);
}

/** `from` tells which occurrences are of no interest, so that an old series is not gone through from its beginning. */
function occurrencesOf({ rule, start, zone }: Series, from: WallTime): InstanceType<typeof RRule> {
  const { FREQ = '', INTERVAL = '1', COUNT } = readRule(rule);
  let first = toWallTime(start, zone);
  const step = (STEPS[FREQ] ?? 0) * Number(INTERVAL);
  if (step > 0 && !COUNT) first += Math.max(0, Math.floor((from - first) / step)) * step;
  return recurring(rule, first, zone);
}

function recurring(rule: string, first: WallTime, zone: string): InstanceType<typeof RRule> {
  const { UNTIL } = readRule(rule);
  const { until: _, ...options } = RRule.parseString(rule);
  const end = UNTIL ? { until: shifted(toWallTime(untilInstant(UNTIL, zone), zone)) } : {};
  return new RRule({ ...options, ...end, dtstart: shifted(first) });
}

function shifted(wall: WallTime): Date {
  return new Date(wall + SHIFT);
}

function toInstants(found: Date[], zone: string): Date[] {
  return found.map((each) => fromWallTime(each.getTime() - SHIFT, zone));
}

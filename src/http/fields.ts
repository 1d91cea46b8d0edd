import { z } from 'zod';
import { parseRule } from '../core/recurrence-rule.ts';
import { isTimeZone } from '../core/time-zones.ts';
import { COUNTRIES } from './countries.ts';
import { toAsciiDomain } from './domain-name.ts';
import { faultOfLine, faultOfLines, isStorable, NOT_STORABLE } from './text.ts';

/** Reusable input fields. Forms send an empty string for an optional field that was left out; it means null. */

function emptyAsNull<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (typeof value === 'string' && value.trim() === '' ? null : value), schema.nullable());
}

function text(max: number, faultOf: (text: string) => string | null) {
  return z
    .string()
    .trim()
    .max(max, `Use at most ${max} characters.`)
    .superRefine((value, context) => {
      const fault = faultOf(value);
      if (fault) context.addIssue({ code: 'custom', message: fault });
    });
}

/** Text of one line, trimmed, which may be empty but not null. */
export function line(max: number) {
  return text(max, faultOfLine);
}

/** Text of one line that must be there, trimmed. */
export function requiredText(max: number) {
  return line(max).min(1, 'This field is required.');
}

/** Text of one line that may be null; an empty one is. */
export function optionalText(max: number) {
  return emptyAsNull(line(max)).optional();
}

/** Text of any number of lines, trimmed, which may be empty but not null. */
export function lines(max: number) {
  return text(max, faultOfLines);
}

/** Text of any number of lines that may be null; an empty one is. */
export function optionalLines(max: number) {
  return emptyAsNull(lines(max)).optional();
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, { error: `Choose one of ${values.join(', ')}.` });
}

export function optionalChoice<const T extends readonly [string, ...string[]]>(values: T) {
  return emptyAsNull(choice(values)).optional();
}

/** Words with dots between them. Source: RFC 5321, 4.1.2, without its quoted form, and RFC 6531 for other letters. */
const LOCAL_PART = /^[^\s@<>()[\],;:"\\.\p{C}]+(\.[^\s@<>()[\],;:"\\.\p{C}]+)*$/u;
const MAX_LOCAL_PART = 64;

function isAddress(address: string): boolean {
  const at = address.lastIndexOf('@');
  const local = address.slice(0, at);
  return local.length <= MAX_LOCAL_PART && LOCAL_PART.test(local) && toAsciiDomain(address.slice(at + 1)) !== null;
}

/** An e-mail address in lower case, so that equality ignores case. */
export const email = z
  .string()
  .trim()
  .max(254, 'Use at most 254 characters.')
  .overwrite((address) => address.normalize('NFKC').toLowerCase())
  .refine(isAddress, {
    error: 'Enter a valid email address.',
    params: { code: 'invalid_email' },
  });

export const optionalEmail = emptyAsNull(email).optional();

/** An http or https address. Other schemes, `javascript:` among them, end up in links and are refused. */
export const optionalUrl = emptyAsNull(
  z
    .url({ protocol: /^https?$/, error: 'Enter a valid http or https address.' })
    .max(500, 'Use at most 500 characters.')
    .refine((address) => faultOfLine(address) === null, 'Give one line, without control characters.'),
).optional();

/** The id of another row. */
export const optionalId = emptyAsNull(z.uuid('Give a UUID.')).optional();

/** Digits, spaces and the usual marks. */
export const optionalPhone = emptyAsNull(
  z
    .string()
    .trim()
    .max(50, 'Use at most 50 characters.')
    .regex(/^\+?[\d ().\-/#*\u00a0]{3,}( *(ext|x)\.? *\d{1,6})?$/i, 'Enter a valid phone number.'),
).optional();

export const MAX_MONEY = 999_999_999_999.99;

function hasTwoDecimals(value: number): boolean {
  return Math.abs(value * 100 - Math.round(value * 100)) < 1e-3;
}

/** `numeric(14,2)`: at most twelve digits before the point, two after it. */
export const optionalMoney = emptyAsNull(
  z
    .number({ error: 'Give a number.' })
    .min(-MAX_MONEY, 'Too small.')
    .max(MAX_MONEY, 'Too large.')
    .refine(hasTwoDecimals, 'Use at most two decimals.'),
).optional();

/** Money that is asked for or paid: never less than nothing. */
export const amount = z
  .number({ error: 'Give a number.' })
  .min(0, 'Give 0 or more.')
  .max(MAX_MONEY, 'Too large.')
  .refine(hasTwoDecimals, 'Use at most two decimals.');

export const optionalAmount = emptyAsNull(amount).optional();

/** A share in percent, of two decimals at most. */
export const percentage = z
  .number({ error: 'Give a number.' })
  .min(0, 'Give a number from 0 to 100.')
  .max(100, 'Give a number from 0 to 100.')
  .refine(hasTwoDecimals, 'Use at most two decimals.');

/** A whole number, or null; an empty text is null. */
export function optionalWhole(least: number, most: number) {
  const range = `Give a whole number from ${least} to ${most}.`;
  return emptyAsNull(z.number({ error: range }).int(range).min(least, range).max(most, range)).optional();
}

/** True or false, or null; an empty text is null. */
export const optionalFlag = emptyAsNull(z.boolean()).optional();

/** A moment that is over. */
export const pastInstant = emptyAsNull(
  z.iso
    .datetime({ offset: true, error: 'Give an instant, ISO 8601.' })
    .refine((text) => Date.parse(text) >= 0, 'Give an instant from 1970 on.')
    .refine((text) => Date.parse(text) <= Date.now(), 'This is still to come.'),
).optional();

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A day of the calendar. `Date` would turn 31 February into 3 March, and PostgreSQL has no year 0. */
export const optionalDate = emptyAsNull(
  z
    .string()
    .trim()
    .refine((text) => {
      const moment = DAY.test(text) && !text.startsWith('0000') ? Date.parse(text) : Number.NaN;
      return !Number.isNaN(moment) && new Date(moment).toISOString().startsWith(text);
    }, 'Give a date, YYYY-MM-DD.'),
).optional();

const CURRENCIES = new Set(Intl.supportedValuesOf('currency'));

/** ISO 4217. */
export const currency = z
  .string()
  .trim()
  .toUpperCase()
  .refine((code) => CURRENCIES.has(code), 'Give an ISO 4217 currency such as USD.');

/** ISO 3166-1 alpha-2. */
export const optionalCountry = emptyAsNull(
  z
    .string()
    .trim()
    .toUpperCase()
    .refine((code) => COUNTRIES.has(code), 'Give an ISO 3166 country such as DE.'),
).optional();

/** Up to 50 tags, each once. */
export const tags = z
  .array(requiredText(50))
  .max(50, 'Use at most 50 tags.')
  .transform((list) => [...new Set(list)]);

const FIELD_NAME = /^[a-z][a-z0-9_]{0,40}$/;
const POLLUTING = new Set(['constructor', 'prototype']);

const fieldName = z
  .string()
  .regex(FIELD_NAME, 'Use lower-case letters, digits and _.')
  .refine((name) => !POLLUTING.has(name), 'This name is reserved.');
function scalarOf(max: number) {
  return z.union([z.string().max(max).refine(isStorable, NOT_STORABLE), z.number(), z.boolean(), z.null()]);
}

/** A flat object of scalars. Nesting is refused, and with it every shape attack on what reads it later. */
export const scalarMap = z
  .record(fieldName, scalarOf(2000))
  .refine((map) => Object.keys(map).length <= 100, 'Use at most 100 fields.');

/**
 * Custom fields as far as all installations agree: scalars, and lists of words for a choice of several. Which there are,
 * and what each may hold, is checked against the definitions where a row is written.
 */
export const customFields = z
  .record(fieldName, z.union([scalarOf(10_000), z.array(requiredText(200)).max(100)]))
  .refine((map) => Object.keys(map).length <= 200, 'Use at most 200 fields.');

/** Ids of a row in other systems, by system. */
export const externalIds = z
  .record(fieldName, requiredText(200))
  .refine((map) => Object.keys(map).length <= 50, 'Use at most 50 ids.');

export const addressFields = {
  address_line_1: optionalText(255),
  address_line_2: optionalText(255),
  city: optionalText(100),
  state: optionalText(100),
  postal_code: optionalText(20),
  country: optionalCountry,
};

/** An instant of output. */
export const instant = z.string().describe('ISO 8601, UTC');

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

function isInRange(text: string): boolean {
  const ms = Date.parse(text);
  return ms >= EARLIEST && ms < LATEST;
}

const OUT_OF_RANGE = 'Give a year from 1970 to 2199.';

/** An instant that must be there. */
export const requiredInstant = z.iso
  .datetime({ offset: true, error: 'Give an instant such as 2026-01-31T09:00:00Z.' })
  .refine(isInRange, OUT_OF_RANGE)
  .transform((text) => new Date(text).toISOString());

export const optionalInstant = emptyAsNull(requiredInstant).optional();

/** A day, which stays `YYYY-MM-DD` for the service to say what it means, or an instant. */
export const optionalDateOrInstant = emptyAsNull(
  z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error: 'Give a date such as 2026-01-31 or an instant such as 2026-01-31T09:00:00Z.',
    })
    .refine(isInRange, OUT_OF_RANGE),
).optional();

/** An IANA time zone. */
export const timeZone = requiredText(64).refine(isTimeZone, 'Give an IANA time zone such as Europe/Berlin.');

/** An RRULE of RFC 5545 in days, weeks, months or years. */
export const optionalRecurrence = emptyAsNull(
  z
    .string()
    .max(500, 'Use at most 500 characters.')
    .transform((text, context) => {
      try {
        return parseRule(text);
      } catch (error) {
        context.addIssue({ code: 'custom', message: (error as Error).message, params: { code: 'invalid_rule' } });
        return z.NEVER;
      }
    }),
)
  .optional()
  .describe('An RRULE of RFC 5545, such as FREQ=WEEKLY;BYDAY=MO');

/** What is to be done, one by one. */
export const checklist = z
  .array(z.strictObject({ text: requiredText(500), is_done: z.boolean().default(false) }))
  .max(100, 'Use at most 100 items.');

import { z } from 'zod';
import { fieldError } from '../core/errors.ts';
import { DAY, dateToWallTime, fromWallTime } from '../core/time-zones.ts';
import { Reply, type Route, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { MAX_INSTANCES, readCalendar } from './calendar.service.ts';
import { makeFeedToken, readFeed, revokeFeedToken } from './calendar-feed.service.ts';
import { eventResource } from './event.resource.ts';
import { eventService } from './event.service.ts';

const tag = 'events';
const MAX_DAYS = 366;
const bound = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'Give a date such as 2026-01-31 or an instant such as 2026-01-31T09:00:00Z.',
  })
  .describe('An instant, or a day in the caller’s time zone');

/** A day is where it begins for the caller; the end of a range is not part of it. */
function readBound(text: string, zone: string): Date {
  return text.includes('T') ? new Date(text) : fromWallTime(dateToWallTime(text), zone);
}

export const calendarRoutes: Route[] = [
  route({
    method: 'get',
    path: '/events/calendar/',
    tag,
    permission: 'view_tasks',
    summary: 'Show what takes place between two moments, each occurrence of a recurring event by itself.',
    query: z.strictObject({ from: bound, to: bound }),
    response: z.strictObject({
      from: z.string(),
      to: z.string(),
      is_truncated: z.boolean().describe(`Whether there are more than the ${MAX_INSTANCES} that are shown`),
      results: z.array(
        eventResource.viewSchema.extend({
          occurrence_date: z.string().describe('The day, in the event’s time zone, that exception_dates would name'),
          is_recurring: z.boolean(),
        }),
      ),
    }),
    handler: async (ctx, { query }) => {
      const { time_zone } = ctx.principal;
      const [from, to] = [readBound(query.from, time_zone), readBound(query.to, time_zone)];
      if (to <= from) throw fieldError('to', 'invalid_range', 'Give an end after the beginning.');
      // A year of days may hold the hour by which clocks go back.
      if (to.getTime() - from.getTime() > MAX_DAYS * DAY + DAY / 24) {
        throw fieldError('to', 'too_long', `Give at most ${MAX_DAYS} days.`);
      }
      return readCalendar(ctx, from, to);
    },
  }),
  route({
    method: 'post',
    path: '/events/feed-token/',
    tag,
    permission: 'view_tasks',
    summary: 'Make the secret address of the caller’s calendar, which voids the one before; it is shown this once.',
    response: z.strictObject({ token: z.string(), url: z.string() }),
    status: 201,
    // It opens its own, so that no Idempotency-Key keeps the secret with the answer.
    transaction: false,
    handler: async (ctx, { url }) => {
      const token = await makeFeedToken(ctx);
      return { token, url: new URL(`/api/v1/events.ics?token=${token}`, url).href };
    },
  }),
  route({
    method: 'delete',
    path: '/events/feed-token/',
    tag,
    permission: 'view_tasks',
    summary: 'Withdraw the secret address of the caller’s calendar.',
    response: z.undefined(),
    status: 204,
    handler: (ctx) => revokeFeedToken(ctx),
  }),
  route({
    method: 'get',
    path: '/events.ics/',
    tag,
    permission: 'public',
    summary: 'Subscribe to a calendar by its secret address.',
    query: z.strictObject({ token: z.string().max(200) }),
    response: z.string(),
    contentType: 'text/calendar',
    handler: async (ctx, { query }) =>
      new Reply(await readFeed(ctx, query.token), { 'Content-Type': 'text/calendar; charset=utf-8' }),
  }),
  ...recordRoutes(eventService),
];

import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import type { Queue } from '../queue.ts';

const schedule = z.strictObject({
  name: z.string(),
  queue: z.string(),
  cron: z.string(),
  time_zone: z.string(),
  state: z.string(),
  last_run_at: z.string().nullable(),
  last_finished_at: z.string().nullable(),
  next_run_at: z.string().nullable(),
  fail_count: z.number().int(),
  last_error: z.string().nullable(),
});
const counts = z.strictObject({
  name: z.string(),
  waiting: z.number().int(),
  waiting_seconds: z.number(),
  scheduled: z.number().int(),
  running: z.number().int(),
  failed: z.number().int(),
});

/** What is scheduled and what waits. */
export function jobRoutes(queue: Pick<Queue, 'readState'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/jobs/',
      tag: 'health',
      permission: 'view_admin_dashboard',
      summary: 'The schedule with last and next runs, and how many jobs wait, are to come, run and have failed.',
      response: z.strictObject({ schedule: z.array(schedule), queue: z.array(counts) }),
      handler: () => queue.readState(),
    }),
  ];
}

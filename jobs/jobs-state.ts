import type { Agenda } from 'agenda';
import type { JobName, JobsState, ScheduleState } from '../src/queue.ts';
import { jobs } from './index.ts';
import type { JobStore } from './job-store.ts';
import { schedules } from './schedule.ts';

const NONE = { waiting: 0, waiting_seconds: 0, scheduled: 0, running: 0, failed: 0 };

/** The schedule and the queue as they are stored. */
export async function readJobsState(agenda: Agenda, store: JobStore, timeZone: string): Promise<JobsState> {
  const { jobs: stored } = await agenda.queryJobs({ names: schedules.map((line) => line.name) });
  const schedule = schedules.map(({ name, cron }): ScheduleState => {
    const job = stored.find((each) => each.name === name && each.type === 'single');
    return {
      name,
      queue: jobs[name].queue,
      cron,
      time_zone: job?.repeatTimezone ?? timeZone,
      state: job?.state ?? 'not declared',
      last_run_at: toInstant(job?.lastRunAt),
      last_finished_at: toInstant(job?.lastFinishedAt),
      next_run_at: toInstant(job?.nextRunAt),
      fail_count: job?.failCount ?? 0,
      last_error: job?.failReason ?? null,
    };
  });
  const counts = await store.countJobs();
  const queue = (Object.keys(jobs) as JobName[]).map(
    (name) => counts.find((each) => each.name === name) ?? { name, ...NONE },
  );
  return { schedule, queue };
}

function toInstant(date: Date | null | undefined): string | null {
  return date ? new Date(date).toISOString() : null;
}

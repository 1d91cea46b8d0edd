import type { Agenda } from 'agenda';
import type { JobName, JobsState, ScheduleState } from '../src/queue.ts';
import { jobs } from './index.ts';
import { schedules } from './schedule.ts';

/** The schedule and the queue as Agenda has them stored. */
export async function readJobsState(agenda: Agenda): Promise<JobsState> {
  const { jobs: stored } = await agenda.queryJobs({ names: schedules.map((line) => line.name) });
  const schedule = schedules.map(({ name, cron }): ScheduleState => {
    const job = stored.find((each) => each.name === name && each.type === 'single');
    return {
      name,
      queue: jobs[name].queue,
      cron,
      time_zone: job?.repeatTimezone ?? 'UTC',
      state: job?.state ?? 'not declared',
      last_run_at: toInstant(job?.lastRunAt),
      last_finished_at: toInstant(job?.lastFinishedAt),
      next_run_at: toInstant(job?.nextRunAt),
      fail_count: job?.failCount ?? 0,
      last_error: job?.failReason ?? null,
    };
  });
  const overview = await agenda.getJobsOverview();
  const queue = (Object.keys(jobs) as JobName[]).map((name) => {
    const counts = overview.find((each) => each.name === name);
    return { name, waiting: counts?.queued ?? 0, running: counts?.running ?? 0, failed: counts?.failed ?? 0 };
  });
  return { schedule, queue };
}

function toInstant(date: Date | null | undefined): string | null {
  return date ? new Date(date).toISOString() : null;
}

import { Agenda, type Job as AgendaJob, exponential } from 'agenda';
import { createSystemCtx } from '../src/core/ctx.ts';
import type { RealtimeEmitter } from '../src/core/realtime-emitter.ts';
import { JOB_PAYLOADS, type JobName, type JobPayloads, QUEUES, type Queue, type QueueName } from '../src/queue.ts';
import type { System } from '../src/system.ts';
import { jobs } from './index.ts';
import { openJobStore } from './job-store.ts';
import { readJobsState } from './jobs-state.ts';
import { keepLock, LOCK_MS } from './lock.ts';
import { schedules } from './schedule.ts';

export interface Worker extends Queue {
  /** Takes no more jobs and waits for those under way, at most ten seconds; a later worker repeats the rest. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** Asked for when a job runs, by when there is one. */
  realtime: () => RealtimeEmitter;
  /** `[]` works off nothing: for a process that only puts jobs into the queue. */
  queues?: readonly QueueName[];
}

const PROCESS_EVERY_MS = 2_000;
const DRAIN_MS = 10_000;

/** Connects Agenda, declares the schedule and works off the named queues, all of them unless told. */
export async function startJobs(system: System, options: WorkerOptions): Promise<Worker> {
  const queues = options.queues ?? QUEUES;
  const store = await openJobStore(system);
  const agenda = new Agenda({
    backend: store.backend,
    notificationChannel: store.channel,
    processEvery: PROCESS_EVERY_MS,
    defaultConcurrency: 2,
    defaultLockLifetime: LOCK_MS,
    removeOnComplete: true,
  });
  agenda.on('error', (error: Error) => system.logger.error({ err: error }, 'the job queue failed'));
  agenda.on('fail', (error: Error, job: AgendaJob) =>
    system.logger.error({ err: error, job: job.attrs.name }, 'job failed'),
  );
  const underWay = watchJobs(agenda);
  await agenda.ready;
  const names = (Object.keys(jobs) as JobName[]).filter((name) => queues.includes(jobs[name].queue));
  for (const name of names) defineJob(agenda, system, options, name);
  if (names.length > 0) {
    await declareSchedule(agenda, system.config.TIME_ZONE);
    await agenda.start();
  }
  let isRunning = names.length > 0;
  return {
    async enqueue(name, payload, { runAt = new Date() } = {}) {
      await agenda.schedule(runAt, name, JOB_PAYLOADS[name].parse(payload));
    },
    readState: () => readJobsState(agenda, store, system.config.TIME_ZONE),
    isRunning: () => isRunning,
    async stop() {
      isRunning = false;
      // Not `drain`: it keeps the locks of the jobs that it fetched and did not begin.
      await agenda.stop(false);
      await underWay.end(DRAIN_MS);
      await store.close();
    },
  };
}

function defineJob<N extends JobName>(agenda: Agenda, system: System, { realtime }: WorkerOptions, name: N): void {
  const run = async (stored: AgendaJob) => {
    const payload = JOB_PAYLOADS[name].parse(stored.attrs.data) as JobPayloads[N];
    await keepLock(stored, () => jobs[name].run(createSystemCtx(system), payload, realtime()));
  };
  // After 10 s, 1 min and 6 min.
  agenda.define(name, run, { backoff: exponential({ delay: 10_000, factor: 6, maxRetries: 3 }) });
}

/**
 * Writes only what differs from what is stored: declaring a line anew would move its next run into the future, and a
 * run missed while the system was down would be lost.
 */
async function declareSchedule(agenda: Agenda, timezone: string): Promise<void> {
  for (const { name, cron } of schedules) {
    const { jobs: stored } = await agenda.queryJobs({ name });
    const isDeclared = stored.some((job) => job.repeatInterval === cron && job.repeatTimezone === timezone);
    if (!isDeclared) await agenda.every(cron, name, {}, { timezone, skipImmediate: true });
  }
}

/** Counts the jobs under way, so that the end can wait for them. */
function watchJobs(agenda: Agenda) {
  let count = 0;
  let onIdle = () => {};
  agenda.on('start', () => {
    count += 1;
  });
  agenda.on('complete', () => {
    count -= 1;
    // What Agenda still writes about the job is on its way by then.
    if (count === 0) setImmediate(() => onIdle());
  });
  return {
    end: (withinMs: number) =>
      new Promise<void>((resolve) => {
        if (count === 0) return resolve();
        const giveUp = setTimeout(resolve, withinMs);
        onIdle = () => {
          clearTimeout(giveUp);
          resolve();
        };
      }),
  };
}

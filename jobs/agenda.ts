import { MongoBackend } from '@agendajs/mongo-backend';
import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda, type Job as AgendaJob } from 'agenda';
import pg from 'pg';
import { createSystemCtx } from '../src/core/ctx.ts';
import { type JobName, type JobPayloads, QUEUES, type Queue, type QueueName } from '../src/queue.ts';
import type { System } from '../src/system.ts';
import { jobs } from './index.ts';
import type { Job } from './job.ts';
import { readJobsState } from './jobs-state.ts';
import { schedules } from './schedule.ts';

export interface Worker extends Queue {
  /** Waits for the jobs under way, at most ten seconds, then lets go of the rest. */
  stop(): Promise<void>;
}

export interface WorkerOptions {
  /** `[]` works off nothing: for a process that only puts jobs into the queue. */
  queues?: readonly QueueName[];
}

const PROCESS_EVERY_MS = 2_000;
const DRAIN_MS = 10_000;

/** Connects Agenda, declares the schedule and works off the named queues, all of them unless told. */
export async function startJobs(system: System, options: WorkerOptions = {}): Promise<Worker> {
  const queues = options.queues ?? QUEUES;
  const { backend, close } = openBackend(system);
  const agenda = new Agenda({
    backend,
    processEvery: PROCESS_EVERY_MS,
    defaultConcurrency: 2,
    removeOnComplete: true,
  });
  agenda.on('error', (error: Error) => system.logger.error({ err: error }, 'the job queue failed'));
  agenda.on('fail', (error: Error, job: AgendaJob) =>
    system.logger.error({ err: error, job: job.attrs.name }, 'job failed'),
  );
  await agenda.ready;
  const names = (Object.keys(jobs) as JobName[]).filter((name) => queues.includes(jobs[name].queue));
  for (const name of names) defineJob(agenda, system, name, jobs[name]);
  if (names.length > 0) {
    await declareSchedule(agenda, system.config.TIME_ZONE);
    await agenda.start();
  }
  let isRunning = names.length > 0;
  return {
    enqueue: async (name, payload) => void (await agenda.now(name, payload)),
    readState: () => readJobsState(agenda),
    isRunning: () => isRunning,
    async stop() {
      if (isRunning) await agenda.drain({ timeout: DRAIN_MS });
      isRunning = false;
      await agenda.stop(true);
      await close();
    },
  };
}

function openBackend({ config, databaseUrl, logger }: System) {
  if (config.MONGODB_URL) {
    return { backend: new MongoBackend({ address: config.MONGODB_URL }), close: async () => undefined };
  }
  // A pool of its own: Agenda wants Date objects where ours leaves instants as text.
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 3, application_name: 'mycrm-jobs' });
  // Without a listener, a connection that the server cuts while it is idle would end this process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection of the job queue failed'));
  const backend = new PostgresBackend({ pool, tableName: 'agenda_jobs', channelName: 'agenda_jobs' });
  return { backend, close: () => pool.end() };
}

function defineJob<N extends JobName>(agenda: Agenda, system: System, name: N, job: Job<N>): void {
  agenda.define(
    name,
    (run: AgendaJob<JobPayloads[N]>) => job.run(createSystemCtx(system), run.attrs.data as JobPayloads[N]),
    { lockLifetime: job.lockLifetime },
  );
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

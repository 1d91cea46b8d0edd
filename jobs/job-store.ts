import { PostgresBackend, PostgresNotificationChannel } from '@agendajs/postgres-backend';
import type { AgendaBackend, NotificationChannel } from 'agenda';
import pg from 'pg';
import { keepErrorsFromProcess } from '../src/core/database.ts';
import { createListeningPool, type ListeningPoolOptions } from '../src/core/listening-pool.ts';
import type { Logger } from '../src/core/logger.ts';
import type { QueueCounts } from '../src/queue.ts';
import type { System } from '../src/system.ts';

/** Where the jobs are kept. */
export interface JobStore {
  backend: AgendaBackend;
  /** Where a worker hears of new jobs; the backend's own unless given. */
  channel?: NotificationChannel;
  /** Of the names that have any. */
  countJobs(): Promise<QueueCounts[]>;
  close(): Promise<void>;
}

/** Connects to MongoDB where there is one, to our PostgreSQL otherwise. Rejects when it cannot be reached. */
export async function openJobStore(system: System): Promise<JobStore> {
  const { MONGODB_URL } = system.config;
  const store = MONGODB_URL ? await useMongo(MONGODB_URL) : usePostgres(system);
  const connecting = store.backend.connect();
  // Agenda connects again, and leaves a failure to nobody.
  store.backend.connect = () => connecting;
  try {
    await connecting;
    return store;
  } catch (error) {
    await store.close().catch(() => undefined);
    throw error;
  }
}

function usePostgres({ database, databaseUrl, logger }: System): JobStore {
  // A pool of its own: Agenda wants Date objects where ours leaves instants as text.
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: 3,
    application_name: 'mycrm-jobs',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  });
  // Without a listener, a connection that the server cuts while it is idle would end this process.
  pool.on('error', (error) => logger.warn({ err: error }, 'an idle connection of the job queue failed'));
  pool.on('connect', keepErrorsFromProcess);
  const backend = new PostgresBackend({
    pool,
    tableName: 'agenda_jobs',
    disableNotifications: true,
    // The table is made by our migrations, under their lock, instead of anew at each start.
    ensureSchema: false,
  });
  letUnlockFail(backend, logger);
  return {
    backend,
    channel: openChannel({ pool, url: databaseUrl, applicationName: 'mycrm-jobs-listener', logger }),
    countJobs: () => database.query<QueueCounts>(COUNTS),
    close: () => pool.end(),
  };
}

/** Agenda does not wait for this one, and nobody would hear of its failure but the process. The lock runs out anyway. */
function letUnlockFail({ repository }: PostgresBackend, logger: Logger): void {
  const unlock = repository.unlockJob.bind(repository);
  repository.unlockJob = (job) =>
    unlock(job).catch((error: Error) => logger.warn({ err: error, job: job.name }, 'a job could not be unlocked'));
}

/** It connects again by itself, but its `error` without a listener would end the process. */
function openChannel(options: ListeningPoolOptions): NotificationChannel {
  const channel = new PostgresNotificationChannel({ pool: createListeningPool(options), channelName: 'agenda_jobs' });
  channel.on('error', (error) => options.logger.debug({ err: error }, 'the job channel failed'));
  return channel;
}

// Agenda's own overview reads every row there is; this is asked for by each probe and each scrape.
const COUNTS = `
  SELECT name,
    count(*) FILTER (WHERE state = 'waiting')::int AS waiting,
    coalesce(extract(epoch FROM now() - min(next_run_at) FILTER (WHERE state = 'waiting')), 0)::float AS waiting_seconds,
    count(*) FILTER (WHERE state = 'scheduled')::int AS scheduled,
    count(*) FILTER (WHERE state = 'running')::int AS running,
    count(*) FILTER (WHERE state = 'failed')::int AS failed
  FROM (SELECT name, next_run_at, CASE
      WHEN locked_at IS NOT NULL THEN 'running'
      WHEN failed_at >= coalesce(last_finished_at, failed_at) THEN 'failed'
      WHEN repeat_interval IS NOT NULL THEN 'repeating'
      WHEN next_run_at > now() THEN 'scheduled'
      WHEN next_run_at IS NOT NULL THEN 'waiting' END AS state
    FROM agenda_jobs) AS jobs
  GROUP BY name`;

async function useMongo(address: string): Promise<JobStore> {
  // Loading the driver takes as long as half of the rest of a start, and few have a MongoDB.
  const { MongoBackend } = await import('@agendajs/mongo-backend');
  const backend = new MongoBackend({ address });
  return {
    backend,
    async countJobs() {
      const overview = await backend.repository.getJobsOverview();
      return Promise.all(
        overview.map(async ({ name, queued, scheduled, running, failed }) => {
          const waiting_seconds = queued > 0 ? await readAge(backend, name) : 0;
          return { name, waiting: queued, waiting_seconds, scheduled, running, failed };
        }),
      );
    },
    close: () => backend.disconnect(),
  };
}

/** For how many seconds the oldest waiting job of this name has been due. */
async function readAge({ repository }: AgendaBackend, name: string): Promise<number> {
  const { jobs } = await repository.queryJobs({ name, state: 'queued', sort: { nextRunAt: 'asc' }, limit: 1 });
  const due = jobs[0]?.nextRunAt;
  return due ? Math.max(0, Date.now() - new Date(due).getTime()) / 1000 : 0;
}

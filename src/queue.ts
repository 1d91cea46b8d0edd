/** LIST of every job with the payload it takes. `jobs/index.ts` says what each does. */
export interface JobPayloads {
  cleanup_old_notifications: Record<string, never>;
}

export type JobName = keyof JobPayloads;

/** Where a job is worked off; a worker may be started for some of them only. */
export const QUEUES = ['notifications', 'exports', 'analytics', 'default'] as const;
export type QueueName = (typeof QUEUES)[number];

/** One line of the schedule, as it stands now. */
export interface ScheduleState {
  name: string;
  queue: QueueName;
  cron: string;
  time_zone: string;
  state: string;
  last_run_at: string | null;
  last_finished_at: string | null;
  next_run_at: string | null;
  fail_count: number;
  last_error: string | null;
}

export interface QueueCounts {
  name: string;
  waiting: number;
  running: number;
  failed: number;
}

export interface JobsState {
  schedule: ScheduleState[];
  queue: QueueCounts[];
}

/** The queue as features see it. */
export interface Queue {
  /** Puts a job into the queue, to be run as soon as a worker is free. Delivery is at least once. */
  enqueue<N extends JobName>(name: N, payload: JobPayloads[N]): Promise<void>;
  readState(): Promise<JobsState>;
  isRunning(): boolean;
}

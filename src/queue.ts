import { z } from 'zod';

/** LIST of every job with the payload it takes. `jobs/index.ts` says what each does. */
export const JOB_PAYLOADS = {
  cleanup_old_notifications: z.strictObject({}),
  fold_deal_totals: z.strictObject({}),
  deliver_reminders: z.strictObject({}),
  index_custom_field: z.strictObject({ id: z.uuid() }),
  purge_custom_field: z.strictObject({
    id: z.uuid(),
    requested_by: z.strictObject({ id: z.uuid().nullable(), name: z.string() }),
  }),
};

/** LIST of what each job does, as a sentence for who looks after the installation. */
export const JOB_SUMMARIES: Record<keyof typeof JOB_PAYLOADS, string> = {
  fold_deal_totals: 'Adds up what changed in the totals of the board, so that they stay few rows.',
  index_custom_field: 'Makes the indexes of a custom field what its definition asks for.',
  purge_custom_field: 'Deletes the values of an archived custom field from all rows, and then the field.',
  deliver_reminders: 'Reminds people of what they asked to be reminded of, and of their tasks.',
  cleanup_old_notifications:
    'Deletes what has outlived its use: old notifications, ended sessions, and what lay in the trash for 30 days.',
};

export type JobName = keyof typeof JOB_PAYLOADS;
export type JobPayloads = { [N in JobName]: z.output<(typeof JOB_PAYLOADS)[N]> };

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

/** How many jobs of one name are due, are to come, run, and have failed. The lines of the schedule wait for no worker. */
export interface QueueCounts {
  name: string;
  waiting: number;
  /** For how many seconds the oldest of those has been due. */
  waiting_seconds: number;
  scheduled: number;
  running: number;
  failed: number;
}

export interface JobsState {
  schedule: ScheduleState[];
  queue: QueueCounts[];
}

export interface EnqueueOptions {
  /** Not before this moment. */
  runAt?: Date;
}

/** The queue as features see it. */
export interface Queue {
  /**
   * Puts a job into the queue, to be run as soon as a worker is free. Delivery is at least once, and is not part of the
   * caller's transaction: call it from `afterCommit` or from a reaction. Rejects a payload of another shape.
   */
  enqueue<N extends JobName>(name: N, payload: JobPayloads[N], options?: EnqueueOptions): Promise<void>;
  readState(): Promise<JobsState>;
  /** Whether this process works off jobs. */
  isRunning(): boolean;
}

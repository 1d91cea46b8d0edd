import type { JobName } from '../src/queue.ts';

export interface Schedule {
  name: JobName;
  /** Minute, hour, day, month, weekday, in TIME_ZONE. */
  cron: string;
}

/** LIST: the crontab. A run missed while the system was down runs once at the next start. */
export const schedules: readonly Schedule[] = [
  { name: 'cleanup_old_notifications', cron: '0 2 * * *' },
  { name: 'fold_deal_totals', cron: '* * * * *' },
  { name: 'deliver_reminders', cron: '* * * * *' },
];

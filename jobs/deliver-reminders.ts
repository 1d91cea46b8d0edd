import { deliverDueReminders } from '../src/reminders/reminder-delivery.service.ts';
import type { Job } from './job.ts';

export const deliverReminders: Job<'deliver_reminders'> = {
  queue: 'notifications',
  async run(ctx, _payload, realtime) {
    await deliverDueReminders(ctx, realtime);
  },
};

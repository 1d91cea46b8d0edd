import { createRealtimeEmitter } from '../src/core/realtime-emitter.ts';
import { deliverDueReminders } from '../src/reminders/reminder-delivery.service.ts';
import type { Job } from './job.ts';

export const deliverReminders: Job<'deliver_reminders'> = {
  queue: 'notifications',
  async run(ctx) {
    const onError = (error: unknown) => ctx.logger.warn({ err: error }, 'a socket could not be reached');
    await deliverDueReminders(ctx, createRealtimeEmitter(ctx.database.pool, onError));
  },
};

import type { JobName } from '../src/queue.ts';
import { cleanupOldNotifications } from './cleanup-old-notifications.ts';
import { deliverReminders } from './deliver-reminders.ts';
import { foldDealTotalsJob } from './fold-deal-totals.ts';
import { indexCustomField } from './index-custom-field.ts';
import type { Job } from './job.ts';
import { purgeCustomField } from './purge-custom-field.ts';

/** LIST of what each job does; a name without a job is a type error. */
export const jobs: { [N in JobName]: Job<N> } = {
  cleanup_old_notifications: cleanupOldNotifications,
  fold_deal_totals: foldDealTotalsJob,
  deliver_reminders: deliverReminders,
  index_custom_field: indexCustomField,
  purge_custom_field: purgeCustomField,
};

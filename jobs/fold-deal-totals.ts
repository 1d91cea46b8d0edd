import { foldDealTotals } from '../src/deals/deal-totals.service.ts';
import type { Job } from './job.ts';

export const foldDealTotalsJob: Job<'fold_deal_totals'> = {
  queue: 'default',
  async run(ctx) {
    await foldDealTotals(ctx);
  },
};

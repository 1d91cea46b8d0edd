import { purgeField } from '../src/custom-fields/field-purge.service.ts';
import type { Job } from './job.ts';

export const purgeCustomField: Job<'purge_custom_field'> = {
  queue: 'default',
  run: (ctx, payload) => purgeField(ctx, payload),
};

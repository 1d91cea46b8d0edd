import { keepFieldIndexes } from '../src/custom-fields/field-index.service.ts';
import type { Job } from './job.ts';

export const indexCustomField: Job<'index_custom_field'> = {
  queue: 'default',
  run: (ctx, { id }) => keepFieldIndexes(ctx, id),
};

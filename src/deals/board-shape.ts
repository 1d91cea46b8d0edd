import { z } from 'zod';
import { listQuerySchema } from '../crud/crud-routes.ts';
import { dealResource } from './deal.resource.ts';

/** For the OpenAPI document; the board's service does the parsing. */
export const boardQuery = listQuerySchema(dealResource).omit({
  ordering: true,
  page: true,
  page_size: true,
  limit: true,
  cursor: true,
  count: true,
  trashed: true,
  expand: true,
});

const sum = z.strictObject({ currency: z.string(), count: z.number().int(), amount: z.number(), weighted: z.number() });

const boardStage = z.strictObject({
  id: z.uuid(),
  key: z.string(),
  name: z.string(),
  color: z.string(),
  position: z.number().int(),
  probability: z.number().int(),
  is_won: z.boolean(),
  is_lost: z.boolean(),
  rotting_days: z.number().int().nullable(),
  is_retired: z.boolean(),
  count: z.number().int(),
  currency: z.string(),
  total: z.number().describe('In the currency that most deals of the board have'),
  weighted_total: z.number(),
  totals: z.array(sum).describe('Of each currency'),
  next: z.string().nullable().describe('The address of the deals after these'),
  deals: z.array(dealResource.viewSchema.partial().loose()),
});

export const boardView = z.strictObject({
  pipeline: z.strictObject({ id: z.uuid(), name: z.string() }),
  currency: z.string(),
  stages: z.array(boardStage),
});

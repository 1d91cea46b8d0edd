import { z } from 'zod';
import { amount, optionalAmount, optionalFlag, optionalText, percentage } from '../http/fields.ts';

export const FORECAST_CATEGORIES = ['commit', 'best_case', 'pipeline', 'omitted'] as const;

export const contactInput = z.strictObject({
  contact_id: z.uuid('Give a UUID.'),
  role: optionalText(50),
  is_primary: optionalFlag,
});

export type ContactInput = z.output<typeof contactInput>;

export const contactView = z.strictObject({
  contact_id: z.uuid(),
  contact_name: z.string(),
  role: z.string().nullable(),
  is_primary: z.boolean(),
});

export const lineItemInput = z.strictObject({
  product_id: z.uuid('Give a UUID.'),
  quantity: z
    .number({ error: 'Give a number.' })
    .min(0.001, 'Give more than 0.')
    .max(999_999_999, 'Too large.')
    .refine((value) => Math.abs(value * 1000 - Math.round(value * 1000)) < 1e-3, 'Use at most three decimals.')
    .default(1),
  unit_price: optionalAmount.describe('Of the product unless told'),
  discount_percentage: percentage.default(0),
});

export type LineItemInput = z.output<typeof lineItemInput>;

export const lineItemView = z.strictObject({
  product_id: z.uuid(),
  product_name: z.string(),
  quantity: z.number(),
  unit_price: amount,
  discount_percentage: z.number(),
  total: z.number(),
});

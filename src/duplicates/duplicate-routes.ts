import { z } from 'zod';
import { fieldError } from '../core/errors.ts';
import { MAX_DEPTH_ROWS } from '../crud/list-query.ts';
import { type Route, route } from '../http/route.ts';
import { dismissDuplicates } from './dismiss-duplicates.ts';
import type { DuplicateRules } from './duplicate-rules.ts';
import { scanDuplicates } from './scan-duplicates.ts';

/** The calls that find what is likely there twice. */
export function duplicateRoutes(rules: DuplicateRules): Route[] {
  const { plural, permissions, viewSchema } = rules.resource;
  const path = `/${plural}/duplicates/`;
  const shape = viewSchema.shape as Record<string, z.ZodType>;
  const card = Object.fromEntries(rules.card.map((field) => [field, shape[field] as z.ZodType]));
  return [
    route({
      method: 'get',
      path,
      tag: plural,
      permission: permissions.view,
      summary: `Pairs of ${plural} that are likely one, the surest first, with the reasons.`,
      query: z.strictObject({
        page: z.coerce.number().int().min(1).default(1),
        page_size: z.coerce.number().int().min(1).max(200).default(25),
      }),
      response: z.strictObject({
        count: z.number().int(),
        count_is_estimate: z.boolean(),
        next: z.string().nullable(),
        previous: z.string().nullable(),
        results: z.array(
          z.strictObject({
            score: z.number().int().describe('0 to 100'),
            reasons: z.array(z.string()),
            rows: z.array(z.strictObject({ id: z.uuid(), name: z.string(), ...card })),
          }),
        ),
      }),
      handler: async (ctx, { query, url }) => {
        if (query.page * query.page_size > MAX_DEPTH_ROWS) {
          throw fieldError('page', 'too_deep', `Pages reach ${MAX_DEPTH_ROWS} pairs deep: merge or dismiss the first.`);
        }
        const found = await scanDuplicates(ctx, rules, query);
        const hasMore = query.page * query.page_size < Math.min(found.count, MAX_DEPTH_ROWS);
        return {
          ...found,
          next: hasMore ? pageLink(url, query.page + 1) : null,
          previous: query.page > 1 ? pageLink(url, query.page - 1) : null,
        };
      },
    }),
    route({
      method: 'post',
      path: `${path}dismiss/`,
      tag: plural,
      permission: permissions.edit,
      summary: `Say that two ${plural} which look alike are two.`,
      status: 204,
      body: z.strictObject({
        ids: z
          .array(z.uuid('Give UUIDs.').toLowerCase())
          .length(2, 'Give two ids.')
          .refine(([one, other]) => one !== other, 'Give two different ids.'),
      }),
      response: z.undefined(),
      handler: (ctx, { body }) => dismissDuplicates(ctx, rules, body.ids),
    }),
  ];
}

function pageLink(url: string, page: number): string {
  const link = new URL(url);
  link.searchParams.set('page', String(page));
  return link.href;
}

import { z } from 'zod';
import { instant } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { findRecordResource } from '../records/record-types.ts';
import { listRecentItems } from './recent-item.service.ts';

const item = z.strictObject({
  entity_type: z.string(),
  id: z.uuid(),
  title: z.string(),
  url: z.string().describe('The path of the frontend'),
  viewed_at: instant,
});

export const recentItemRoutes: Route[] = [
  route({
    method: 'get',
    path: '/recent-items/',
    tag: 'search',
    permission: 'signed-in',
    summary: 'The records that the caller looked at last.',
    query: z.strictObject({ limit: z.coerce.number().int().min(1).max(50).default(10) }),
    response: z.strictObject({ results: z.array(item) }),
    handler: async (ctx, { query }) => {
      const rows = await listRecentItems(ctx, query.limit);
      const results = rows.map((row) => ({
        ...row,
        url: `/${findRecordResource(row.entity_type)?.plural}/${row.id}`,
      }));
      return { results };
    },
  }),
];

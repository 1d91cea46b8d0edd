import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { instant } from '../http/fields.ts';
import { type Route, route } from '../http/route.ts';
import { listMerges } from './list-merges.ts';
import { previewMerge } from './merge-rows.ts';
import type { Merging } from './merging.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });
const id = z.uuid('Give UUIDs.').toLowerCase();
const body = z.strictObject({
  source_ids: z
    .array(id)
    .min(1, 'Give at least one id.')
    .max(20, 'Give at most 20 ids.')
    .refine((ids) => new Set(ids).size === ids.length, 'Give each id once.')
    .describe('They go to the trash, and what names them names the target'),
  fields: z
    .record(z.string(), id)
    .default({})
    .describe(
      'field: the id of the row whose value it takes; by default the target’s, or a source’s where that is empty, ' +
        'and an opt-out of any of them',
    ),
});
const named = z.array(z.strictObject({ id: z.uuid(), name: z.string() }));
const counts = z.record(z.string(), z.number().int()).describe('table.column: how many rows');

/** The calls by which several rows become one and several again. */
export function mergeRoutes(merging: Merging): Route[] {
  const { noun, plural, permissions, viewSchema } = merging.resource;
  const one = `/${plural}/:id/`;
  const common = { tag: plural, permission: permissions.edit, params } as const;
  return [
    route({
      ...common,
      method: 'post',
      path: `${one}merge/`,
      summary: `Merge up to 20 others into a ${noun}, or say with preview=true what would come of it.`,
      query: z.strictObject({ preview: z.enum(['true', 'false']).default('false') }),
      body,
      response: z.strictObject({
        merge_id: z.uuid().nullable(),
        is_preview: z.boolean(),
        target: viewSchema,
        changed_fields: z.array(z.string()),
        sources: named,
        moved: counts,
      }),
      handler: (ctx, { params, query, body }) => {
        const merge = (inner: Ctx) => merging.merge(inner, params.id.toLowerCase(), body);
        return query.preview === 'true' ? previewMerge(ctx, merge) : merge(ctx);
      },
    }),
    route({
      ...common,
      method: 'post',
      path: `${one}unmerge/`,
      summary: `Take a merge into a ${noun} back, the latest unless told.`,
      body: z.strictObject({ merge_id: z.uuid('Give a UUID.').optional() }),
      response: z.strictObject({
        merge_id: z.uuid(),
        target: viewSchema,
        restored: named,
        moved_back: counts,
        kept_fields: z.array(z.string()).describe('Changed since the merge, so they stay as they are'),
      }),
      handler: (ctx, { params, body }) => merging.unmerge(ctx, params.id.toLowerCase(), body.merge_id),
    }),
    route({
      ...common,
      permission: permissions.view,
      method: 'get',
      path: `${one}merges/`,
      summary: `What was merged into a ${noun}, newest first.`,
      response: z.strictObject({
        results: z.array(
          z.strictObject({
            id: z.uuid(),
            created_at: instant,
            created_by: z.strictObject({ id: z.uuid().nullable(), name: z.string() }),
            sources: named.describe('As far as the caller may read them'),
            changed_fields: z.array(z.string()),
            moved: counts,
            undone_at: instant.nullable(),
          }),
        ),
      }),
      handler: async (ctx, { params }) => ({ results: await listMerges(ctx, merging.resource, params.id) }),
    }),
  ];
}

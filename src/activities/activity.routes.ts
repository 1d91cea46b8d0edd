import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { crudRoutes, listQuerySchema, pageSchema } from '../crud/crud-routes.ts';
import { readListQuery } from '../crud/saved-lists.ts';
import { optionalInstant, optionalLines, optionalText } from '../http/fields.ts';
import { Reply, type Route, route } from '../http/route.ts';
import { targetFields } from '../records/target.ts';
import { activityResource } from './activity.resource.ts';
import { activityService, listMyFeed, logActivity } from './activity.service.ts';

const tag = 'activities';
const OFFERED = new Set(['get /activities/:id/']);

/** Short names that the feed's filters are known by. */
const ALIASES: Record<string, string> = {
  actor: 'actor_id',
  action_type: 'action',
  action_type__in: 'action__in',
  from: 'created_at__gte',
  to: 'created_at__lte',
};
const aliasSchema = z.strictObject({
  actor: z.uuid().optional().describe('The id of who acted'),
  action_type: z.string().optional().describe('As action'),
  action_type__in: z.string().optional().describe('As action__in'),
  from: z.string().optional().describe('ISO 8601; from then on'),
  to: z.string().optional().describe('ISO 8601; up to then'),
});
const query = listQuerySchema(activityResource).extend(aliasSchema.shape);

function parseQuery(given: Record<string, string>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const full = ALIASES[name] ?? name;
    if (full in plain) throw fieldError(name, 'repeated', `${name} is another name of ${full}; give one of them.`);
    plain[full] = value;
  }
  return plain;
}

const read = (ctx: Ctx, given: unknown) => readListQuery(ctx, activityResource, given as Record<string, string>);

function feedRoutes(path: '/activities/' | '/activity-feed/'): Route[] {
  const common = { method: 'get', tag, permission: 'signed-in', query, parseQuery } as const;
  const response = pageSchema(activityResource.viewSchema);
  return [
    route({
      ...common,
      path,
      summary: 'What happened to the records that the caller may read, newest first.',
      response,
      handler: async (ctx, { query: given, url }) => activityService.list(ctx, await read(ctx, given), url),
    }),
    route({
      ...common,
      path: `${path}my-feed/`,
      summary: 'What the caller and their teams did, and what happened to records that they follow.',
      response,
      handler: async (ctx, { query: given, url }) => listMyFeed(ctx, await read(ctx, given), url),
    }),
  ];
}

export const activityRoutes: Route[] = [
  ...feedRoutes('/activities/'),
  ...feedRoutes('/activity-feed/'),
  route({
    method: 'post',
    path: '/activities/log/',
    tag,
    permission: 'signed-in',
    summary: 'Log a call, e-mail, meeting or note on a record.',
    status: 201,
    body: z.strictObject({
      ...targetFields,
      type: z.enum(['call', 'email', 'meeting', 'note']),
      subject: optionalText(200),
      body: optionalLines(20_000),
      duration_minutes: z.int().min(0).max(10_000).nullish(),
      outcome: optionalText(200),
      happened_at: optionalInstant,
    }),
    response: activityResource.viewSchema,
    handler: async (ctx, { body }) => {
      const row = await logActivity(ctx, body);
      return new Reply(row, { ETag: `"${row.version}"`, Location: `/api/v1/activities/${row.id}/` });
    },
  }),
  ...crudRoutes(activityService).filter(({ method, path }) => OFFERED.has(`${method} ${path}`)),
];

import { z } from 'zod';
import { optionalAmount, optionalId, optionalText, optionalWhole, pastInstant, requiredText } from '../http/fields.ts';
import { type Route, replyWithVersion, route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { boardQuery, boardView } from './board-shape.ts';
import { dealResource } from './deal.resource.ts';
import { dealService } from './deal.service.ts';
import { readBoard } from './deal-board.service.ts';
import { loseDeal, moveDeal, reopenDeal, winDeal } from './deal-moves.service.ts';
import { readStatistics, statisticsQuery, statisticsView } from './deal-statistics.service.ts';
import { listTransitions, transitionView } from './stage-transitions.ts';

const params = z.strictObject({ id: z.uuid('Give a UUID.') });

const moveBody = z.strictObject({
  stage: optionalText(50).describe('Its key within the pipeline of the deal'),
  stage_id: optionalId.describe('In place of stage'),
  position: optionalWhole(0, 1_000_000).describe('From 0; the top unless told'),
  lost_reason: optionalText(2000).describe('Required where a deal that has none becomes lost'),
  competitor: optionalText(200),
});
const winBody = z.strictObject({ amount: optionalAmount, closed_at: pastInstant });
const loseBody = z.strictObject({ lost_reason: requiredText(2000), competitor: optionalText(200) });

function dealRoutesAt(path: string): Route[] {
  const act = { method: 'post', tag: 'deals', params, response: dealResource.viewSchema, isConditional: true } as const;
  const read = { method: 'get', tag: 'deals', permission: 'view_deals' } as const;
  return [
    ...recordRoutes(dealService, path),
    route({
      ...read,
      path: `${path}board/`,
      summary: 'The kanban of a pipeline: its stages with their totals and first 25 deals, filtered like the list.',
      query: boardQuery,
      parseQuery: (query) => query,
      response: boardView,
      handler: (ctx, { query, url }) => readBoard(ctx, query as Record<string, string>, url),
    }),
    route({
      ...read,
      path: `${path}statistics/`,
      summary: 'Add up the deals that the caller may see.',
      query: statisticsQuery,
      response: statisticsView,
      handler: (ctx, { query }) => readStatistics(ctx, query),
    }),
    route({
      ...read,
      path: `${path}:id/transitions/`,
      summary: 'Every change of a deal’s stage, newest first.',
      params,
      response: z.strictObject({ results: z.array(transitionView) }),
      handler: async (ctx, { params: { id } }) => ({ results: await listTransitions(ctx, id) }),
    }),
    route({
      ...act,
      path: `${path}:id/move/`,
      permission: 'edit_deals',
      summary: 'Put a deal into a stage, at a place among its cards.',
      body: moveBody,
      handler: async (ctx, { params: { id }, body, ifMatch }) =>
        replyWithVersion(await moveDeal(ctx, id, body, { ifMatch })),
    }),
    route({
      ...act,
      path: `${path}:id/win/`,
      permission: 'close_deals',
      summary: 'Win an open deal.',
      body: winBody,
      handler: async (ctx, { params: { id }, body, ifMatch }) =>
        replyWithVersion(await winDeal(ctx, id, body, { ifMatch })),
    }),
    route({
      ...act,
      path: `${path}:id/lose/`,
      permission: 'close_deals',
      summary: 'Lose an open deal.',
      body: loseBody,
      handler: async (ctx, { params: { id }, body, ifMatch }) =>
        replyWithVersion(await loseDeal(ctx, id, body, { ifMatch })),
    }),
    route({
      ...act,
      path: `${path}:id/reopen/`,
      permission: 'close_deals',
      summary: 'Open a won or lost deal again, in the stage that it was closed from.',
      handler: async (ctx, { params: { id }, ifMatch }) => replyWithVersion(await reopenDeal(ctx, id, { ifMatch })),
    }),
  ];
}

/** Both names are one set of handlers. */
export const dealRoutes: Route[] = ['/deals/', '/opportunities/'].flatMap(dealRoutesAt);

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSystemCtx } from '../src/core/ctx.ts';
import { parseListQuery } from '../src/crud/list-query.ts';
import { dealResource } from '../src/deals/deal.resource.ts';
import { boardStatement } from '../src/deals/deal-board.service.ts';
import { foldDealTotals } from '../src/deals/deal-totals.service.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { createDeal, type DealRow, statusesOf } from './support/deals.ts';

interface BoardStage {
  id: string;
  key: string;
  count: number;
  total: number;
  weighted_total: number;
  currency: string;
  totals: { currency: string; count: number; amount: number; weighted: number }[];
  next: string | null;
  deals: DealRow[];
}

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

/** A pipeline of its own, so that tests do not see one another's cards. */
async function createPipeline(): Promise<string> {
  return (await admin.post('/pipelines/', { name: 'Board' }).expect(201)).body.id;
}

async function readBoard(caller: Caller, pipeline: string, query = ''): Promise<Record<string, BoardStage>> {
  const { body } = await caller.get(`/deals/board/?pipeline=${pipeline}${query}`).expect(200);
  return Object.fromEntries(body.stages.map((stage: BoardStage) => [stage.key, stage]));
}

const namesOf = (stage: BoardStage | undefined) => stage?.deals.map((deal) => deal.name).join('');

async function createDeals(caller: Caller, pipeline_id: string, names: string, fields: object = {}) {
  const deals: Record<string, DealRow> = {};
  // New ones come to the top, so the last is made first.
  for (const name of [...names].reverse()) deals[name] = await createDeal(caller, { name, pipeline_id, ...fields });
  return deals;
}

describe('the board', () => {
  test('shows the stages of the default pipeline in order, with new deals at the top and exact totals', async () => {
    const { body } = await rep.get('/deals/board/').expect(200);
    expect(body.pipeline.name).toBe('Sales pipeline');
    expect(body.stages.map((stage: BoardStage) => stage.key)).toEqual([
      'prospecting',
      'qualification',
      'proposal',
      'negotiation',
      'closed_won',
      'closed_lost',
    ]);
    const pipeline = await createPipeline();
    await createDeals(rep, pipeline, 'AB', { amount: 0.1 });
    await createDeals(rep, pipeline, 'C', { amount: 0.2, stage: 'proposal' });
    const board = await readBoard(rep, pipeline);
    expect(namesOf(board.prospecting)).toBe('AB');
    expect(board.prospecting).toMatchObject({ count: 2, total: 0.2, weighted_total: 0.02, currency: 'USD' });
    expect(board.proposal).toMatchObject({ count: 1, total: 0.2, weighted_total: 0.1, next: null });
    expect(board.negotiation).toMatchObject({ count: 0, total: 0, totals: [], deals: [] });
    expect(board.prospecting?.deals[0]).toMatchObject({ owner_name: 'sales_rep Tester', days_in_stage: 0 });
    expect(await readBoard(rep, pipeline)).toEqual(board);
  });

  test('gives 25 of a stage and the address of the rest', async () => {
    const pipeline = await createPipeline();
    const names = 'abcdefghijklmnopqrstuvwxyzABCD';
    await createDeals(rep, pipeline, names, { tags: ['kept'] });
    const { prospecting } = await readBoard(rep, pipeline, '&tags=kept');
    expect(namesOf(prospecting)).toBe(names.slice(0, 25));
    expect(prospecting?.count).toBe(30);
    const next = new URL(prospecting?.next ?? '');
    const rest = (await rep.get(next.href.slice(next.href.indexOf('/deals/'))).expect(200)).body;
    expect(rest.results.map((deal: DealRow) => deal.name).join('')).toBe(names.slice(25));
    expect(next.searchParams.get('tags')).toBe('kept');
    const list = await rep.get(`/deals/?stage_id=${prospecting?.id}&ordering=board_position&cursor=&page_size=200`);
    expect(list.body.results.map((deal: DealRow) => deal.name).join('')).toBe(names);
    const other = await readBoard(rep, pipeline, '&fields=name');
    expect(Object.keys(other.prospecting?.deals[0] ?? {}).sort()).toEqual(['id', 'name']);
  });

  test('shows each reader their own deals and totals, and is filtered like the list', async () => {
    const pipeline = await createPipeline();
    const other = await app.createCaller('sales_rep');
    const viewer = await app.createCaller('viewer');
    await createDeals(rep, pipeline, 'AB', { amount: 10 });
    await createDeals(other, pipeline, 'C', { amount: 100 });
    const shared = await createDeal(other, { name: 'D', pipeline_id: pipeline, amount: 1000 });
    await admin.patch(`/deals/${shared.id}/`, { assigned_to_id: rep.id }).expect(200);
    const see = async (caller: Caller, query = '') => {
      const { prospecting } = await readBoard(caller, pipeline, query);
      return [namesOf(prospecting)?.split('').sort().join(''), prospecting?.count, prospecting?.total];
    };
    expect(await see(rep)).toEqual(['ABD', 3, 1020]);
    expect(await see(other)).toEqual(['CD', 2, 1100]);
    expect(await see(viewer)).toEqual(['ABCD', 4, 1120]);
    expect(await see(viewer, `&owner_id=${other.id}`)).toEqual(['CD', 2, 1100]);
    expect(await see(rep, `&owner_id=${other.id}`)).toEqual(['D', 1, 1000]);
    expect(await see(rep, `&owner_id=${other.id}&status=open`)).toEqual(['D', 1, 1000]);
    expect(await see(viewer, `&assigned_to_id__in=${rep.id}&currency=USD`)).toEqual(['D', 1, 1000]);
    expect(await see(viewer, '&owner_id__in=')).toEqual(['', 0, 0]);
    expect(await see(viewer, '&min_amount=100&max_amount=100')).toEqual(['C', 1, 100]);
    expect(await see(viewer, '&search=d')).toEqual(['D', 1, 1000]);
    const guest = await app.createCaller('guest');
    await guest.get('/deals/board/').expect(403);
    await guest.get('/opportunities/statistics/').expect(403);
  });

  test('keeps currencies apart and names that of most deals', async () => {
    const pipeline = await createPipeline();
    await createDeals(rep, pipeline, 'AB', { amount: 5, currency: 'EUR' });
    await createDeals(rep, pipeline, 'C', { amount: 1000 });
    const { prospecting, proposal } = await readBoard(rep, pipeline);
    expect(prospecting).toMatchObject({ count: 3, currency: 'EUR', total: 10 });
    expect(prospecting?.totals).toEqual([
      { currency: 'EUR', count: 2, amount: 10, weighted: 1 },
      { currency: 'USD', count: 1, amount: 1000, weighted: 100 },
    ]);
    expect(proposal?.currency).toBe('EUR');
  });

  test('shows a retired stage for as long as it holds deals', async () => {
    const pipeline = await createPipeline();
    const { D } = await createDeals(rep, pipeline, 'D', { stage: 'proposal' });
    const { stages } = (await admin.get(`/pipelines/${pipeline}/`)).body;
    const retired = stages.map((stage: { key: string }) => ({ ...stage, is_retired: stage.key === 'proposal' }));
    await admin.patch(`/pipelines/${pipeline}/`, { stages: retired }).expect(200);
    expect(namesOf((await readBoard(rep, pipeline)).proposal)).toBe('D');
    await rep.post(`/deals/${D?.id}/move/`, { stage: 'negotiation' }).expect(200);
    expect(Object.keys(await readBoard(rep, pipeline))).not.toContain('proposal');
  });

  test.each(['page=2', 'ordering=name', 'cursor=', 'trashed=true', 'nonsense=1', 'status=sold', 'fields=password'])(
    'refuses %s',
    async (query) => {
      await rep.get(`/deals/board/?${query}`).expect(400);
    },
  );

  test('of a pipeline that is not there is a 404, of no id a 400', async () => {
    await rep.get('/deals/board/?pipeline=00000000-0000-4000-8000-000000000000').expect(404);
    expect((await rep.get('/deals/board/?pipeline=x').expect(400)).body.errors[0].field).toBe('pipeline');
  });
});

describe('a card', () => {
  test('is put between two others, to the top and to the end, and nothing else is written', async () => {
    const pipeline = await createPipeline();
    const deals = await createDeals(rep, pipeline, 'ABCD');
    const { X } = await createDeals(rep, pipeline, 'X', { stage: 'proposal' });
    const move = async (deal: DealRow | undefined, position: number, stage = 'prospecting') => {
      const before = await app.system.database.query(
        'SELECT id, board_position, xmin FROM deals WHERE pipeline_id = $1',
        [pipeline],
      );
      await rep.post(`/deals/${deal?.id}/move/`, { stage, position }).expect(200);
      const after = await app.system.database.query(
        'SELECT id, board_position, xmin FROM deals WHERE pipeline_id = $1',
        [pipeline],
      );
      const written = after.filter((row) => before.every((old) => old.xmin !== row.xmin || old.id !== row.id));
      expect(written.map((row) => row.id)).toEqual([deal?.id]);
      return namesOf((await readBoard(rep, pipeline))[stage]);
    };
    expect(await move(X, 2)).toBe('ABXCD');
    expect(await move(deals.D, 1)).toBe('ADBXC');
    expect(await move(deals.A, 4)).toBe('DBXCA');
    expect(await move(deals.C, 0)).toBe('CDBXA');
    expect(await move(deals.D, 999)).toBe('CBXAD');
    expect(await move(deals.B, 3, 'negotiation')).toBe('B');
  });

  test('finds room between the same two again and again', async () => {
    const pipeline = await createPipeline();
    const { C, D } = await createDeals(rep, pipeline, 'ABCD');
    for (let round = 0; round < 56; round += 1) {
      await rep.post(`/deals/${(round % 2 ? C : D)?.id}/move/`, { stage: 'prospecting', position: 1 }).expect(200);
    }
    expect(namesOf((await readBoard(rep, pipeline)).prospecting)).toBe('ACDB');
  });

  test('is put where the caller sees it, among cards that they do not see', async () => {
    const pipeline = await createPipeline();
    const stranger = await app.createCaller('sales_rep');
    const { C } = await createDeals(rep, pipeline, 'ABC');
    await createDeals(stranger, pipeline, 'xy');
    await rep.post(`/deals/${C?.id}/move/`, { stage: 'prospecting', position: 1 }).expect(200);
    expect(namesOf((await readBoard(rep, pipeline)).prospecting)).toBe('ACB');
    expect(namesOf((await readBoard(stranger, pipeline)).prospecting)).toBe('xy');
  });

  test('stands somewhere even when 20 go to the same place at once', async () => {
    const pipeline = await createPipeline();
    const deals = Object.values(await createDeals(rep, pipeline, 'abcdefghijklmnopqrst'));
    await createDeals(rep, pipeline, 'XY', { stage: 'proposal' });
    const moves = deals.map(({ id }) => rep.post(`/deals/${id}/move/`, { stage: 'proposal', position: 1 }));
    expect(await statusesOf(moves)).toEqual(Array(20).fill(200));
    const { proposal, prospecting } = await readBoard(rep, pipeline);
    expect([proposal?.count, prospecting?.count, proposal?.deals.length]).toEqual([22, 0, 22]);
    expect(namesOf(proposal)?.at(0)).toBe('X');
    expect(namesOf(proposal)?.at(-1)).toBe('Y');
  });
});

const PLAIN = `SELECT stage_id, owner_id, assigned_to_id, created_by_id, currency, count(*)::int AS count,
    coalesce(sum(amount), 0) AS amount, sum(weighted_amount) AS weighted,
    sum(coalesce(greatest(round(extract(epoch FROM closed_at - created_at)), 0), 0))::bigint AS seconds
  FROM deals WHERE deleted_at IS NULL GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;
const KEPT = `SELECT stage_id, owner_id, assigned_to_id, created_by_id, currency, sum(count)::int AS count,
    sum(amount) AS amount, sum(weighted) AS weighted, sum(seconds_to_close)::bigint AS seconds
  FROM deal_totals GROUP BY 1, 2, 3, 4, 5 HAVING sum(count) <> 0 OR sum(amount) <> 0 ORDER BY 1, 2, 3, 4, 5`;

describe('the kept totals', () => {
  test('are what plain SQL adds up, whatever happens to the deals, many things at once and folding among it', async () => {
    const { database } = app.system;
    const other = await app.createCaller('sales_rep');
    const pick = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;
    const stages = ['prospecting', 'proposal', 'negotiation', 'closed_won', 'closed_lost'];
    const into = (stage: string) => ({ stage, ...(stage === 'closed_lost' ? { lost_reason: 'Price' } : {}) });
    const ids: string[] = [];
    for (let n = 0; n < 12; n += 1) ids.push((await createDeal(rep, { amount: n * 1.01 })).id);
    const acts: (() => PromiseLike<unknown>)[] = [
      () => rep.post('/deals/', { name: 'R', amount: Math.floor(Math.random() * 1e6) / 100, ...into(pick(stages)) }),
      () => admin.post(`/deals/${pick(ids)}/move/`, { ...into(pick(stages)), position: 3 }),
      () => admin.patch(`/deals/${pick(ids)}/`, { amount: Math.floor(Math.random() * 1e6) / 100 }),
      () => admin.patch(`/deals/${pick(ids)}/`, { owner_id: pick([rep.id, other.id]), assigned_to_id: other.id }),
      () => admin.patch(`/deals/${pick(ids)}/`, { currency: pick(['EUR', 'USD']), notes: 'x' }),
      () => admin.patch(`/deals/${pick(ids)}/`, { probability: pick([null, 5, 55]) }),
      () => admin.delete(`/deals/${pick(ids)}/`),
      () => admin.post(`/deals/${pick(ids)}/restore/`),
      () =>
        admin.post('/deals/bulk/', {
          operation: 'update',
          mode: 'partial',
          ids: ids.slice(0, 5),
          changes: into(pick(stages)),
        }),
      () => foldDealTotals(createSystemCtx(app.system)),
    ];
    for (let round = 0; round < 12; round += 1) {
      await Promise.all(Array.from({ length: 8 }, () => pick(acts)()));
      expect(await database.query(KEPT)).toEqual(await database.query(PLAIN));
    }
    await admin.delete(`/deals/${ids[0]}/?permanent=true`);
    await foldDealTotals(createSystemCtx(app.system));
    expect(await database.query(KEPT)).toEqual(await database.query(PLAIN));
    const [rows] = await database.query(
      `SELECT count(*) AS kept, (SELECT count(*) FROM (${PLAIN}) p) AS plain FROM deal_totals`,
    );
    expect(rows?.kept).toBe(rows?.plain);
    expect(await foldDealTotals(createSystemCtx(app.system))).toBe(0);
  });

  test('gain no row from a change that they do not hold', async () => {
    const { id } = await createDeal(rep);
    const count = () => app.system.database.query('SELECT count(*) AS rows FROM deal_totals');
    const before = await count();
    await rep.patch(`/deals/${id}/`, { name: 'Other', notes: 'x' }).expect(200);
    expect(await count()).toEqual(before);
  });
});

test('the board reads each stage along its index, and its totals without the deals', async () => {
  const { database } = app.system;
  const pipeline = await createPipeline();
  await database.query(
    `INSERT INTO deals (id, name, pipeline_id, stage_id, stage, status, probability, board_position, owner_id, amount, closed_at)
     SELECT gen_random_uuid(), 'Bulk ' || n, s.pipeline_id, s.id, s.key, s.status, s.probability, random() * 1000, $2, n,
       CASE WHEN s.status <> 'open' THEN now() END
     FROM generate_series(1, 3000) AS n CROSS JOIN pipeline_stages s WHERE s.pipeline_id = $1`,
    [pipeline, rep.id],
  );
  await database.query('ANALYZE deals');
  const ctx = createSystemCtx(app.system);
  const query = parseListQuery(ctx, dealResource, { ordering: 'board_position', fields: 'name,amount' });
  const { text, values } = boardStatement(ctx, query, pipeline);
  const plan = (await database.query(`EXPLAIN (ANALYZE, COSTS OFF) ${text}`, values))
    .map((row) => String(row['QUERY PLAN']))
    .join('\n');
  expect(plan).toContain('Index Scan using deals_board_idx on deals');
  expect(plan).not.toMatch(/Seq Scan on deals/);
  expect(plan).not.toMatch(/Sort Key: t\.board_position/);
  const board = await readBoard(admin, pipeline);
  expect(board.proposal).toMatchObject({ count: 3000, total: 4_501_500, weighted_total: 2_250_750 });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { createDeal, statusesOf } from './support/deals.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const readDeal = async (id: string) => (await rep.get(`/deals/${id}/`).expect(200)).body;
const readTransitions = async (id: string) => (await rep.get(`/deals/${id}/transitions/`).expect(200)).body.results;
async function readEvents(id: string): Promise<string[]> {
  const rows = await app.system.database.query<{ event: string }>(
    'SELECT event FROM audit_logs WHERE resource_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ event }) => event.replace('deal.', ''));
}

describe('a move', () => {
  test('goes to a stage, is one event and one transition, and honours If-Match', async () => {
    const { id } = await createDeal(rep, { amount: 80 });
    const path = `/deals/${id}/move/`;
    const { body, headers } = await rep.post(path, { stage: 'proposal' }).set('If-Match', '"1"').expect(200);
    expect(body).toMatchObject({ stage: 'proposal', probability: 50, weighted_amount: 40, version: 2 });
    expect(headers.etag).toBe('"2"');
    await rep.patch(`/deals/${id}/`, { notes: 'x' }).expect(200);
    const stale = await rep.post(path, { stage: 'negotiation' }).set('If-Match', '"1"').expect(412);
    expect(stale.body.errors.map((error: { field: string }) => error.field)).toContain('stage_id');
    await rep.post(path, { stage: 'negotiation' }).set('If-Match', '"2"').expect(200);
    expect(await readEvents(id)).toEqual(['created', 'stage_changed', 'updated', 'stage_changed']);
    expect(await readTransitions(id)).toHaveLength(2);
    const again = await rep.post(path, { stage: 'negotiation' }).expect(409);
    expect(again.body.detail).toContain('negotiation');
  });

  test.each<[object, string]>([
    [{}, 'stage'],
    [{ stage: '' }, 'stage'],
    [{ stage: 'nonsense' }, 'stage'],
    [{ stage: 'proposal', position: -1 }, 'position'],
    [{ stage: 'proposal', position: 1.5 }, 'position'],
    [{ stage: 'proposal', name: 'X' }, 'name'],
    [{ stage_id: 'x' }, 'stage_id'],
  ])('of %j is refused', async (body, field) => {
    const { id } = await createDeal(rep);
    expect((await rep.post(`/deals/${id}/move/`, body).expect(400)).body.errors[0].field).toBe(field);
    expect((await readDeal(id)).version).toBe(1);
  });

  test('sent 20 times at once happens once', async () => {
    const { id } = await createDeal(rep);
    const moves = Array.from({ length: 20 }, () => rep.post(`/deals/${id}/move/`, { stage: 'proposal', position: 0 }));
    const statuses = await statusesOf(moves);
    // Whoever read the deal after the first had moved it only put it back to where it is.
    expect(new Set(statuses)).toEqual(new Set([200, 409]));
    expect(await readTransitions(id)).toHaveLength(1);
    expect((await readEvents(id)).filter((event) => event === 'stage_changed')).toHaveLength(1);
    const { id: second } = await createDeal(rep);
    const plain = Array.from({ length: 20 }, () => rep.post(`/opportunities/${second}/move/`, { stage: 'proposal' }));
    expect(await statusesOf(plain)).toEqual([200, ...Array(19).fill(409)]);
  });

  test('to many stages at once leaves one unbroken line of transitions, and as many events as successes', async () => {
    const { id } = await createDeal(rep);
    const keys = ['qualification', 'proposal', 'negotiation'];
    const moves = Array.from({ length: 20 }, (_, n) => rep.post(`/deals/${id}/move/`, { stage: keys[n % 3] }));
    const succeeded = (await statusesOf(moves)).filter((status) => status === 200).length;
    const transitions = (await readTransitions(id)).reverse();
    expect(transitions).toHaveLength(succeeded);
    expect((await readEvents(id)).length).toBe(succeeded + 1);
    let stage = 'prospecting';
    for (const { from, to } of transitions) {
      expect(from.key).toBe(stage);
      stage = to.key;
    }
    expect(await readDeal(id)).toMatchObject({ stage, version: succeeded + 1 });
  });

  test('with the version that was read lets one of two at once through', async () => {
    const { id } = await createDeal(rep);
    const moves = ['proposal', 'negotiation'].map((stage) =>
      rep.post(`/deals/${id}/move/`, { stage }).set('If-Match', '"1"'),
    );
    expect((await statusesOf(moves)).join()).toMatch(/^200,(409|412)$/);
    expect(await readTransitions(id)).toHaveLength(1);
  });
});

describe('a deal', () => {
  test('is won, lost and reopened, to where it came from', async () => {
    const { id } = await createDeal(rep, { stage: 'negotiation', amount: 10 });
    const path = `/deals/${id}/`;
    const won = await rep.post(`${path}win/`, { amount: 12.5, closed_at: '2025-01-02T03:04:05Z' }).expect(200);
    expect(won.body).toMatchObject({
      status: 'won',
      stage: 'closed_won',
      amount: 12.5,
      weighted_amount: 12.5,
      closed_at: '2025-01-02T03:04:05Z',
      forecast_category: 'commit',
      version: 2,
    });
    const again = await rep.post(`${path}win/`).expect(409);
    expect(again.body).toMatchObject({ state: 'won', detail: expect.stringContaining('won') });
    expect((await rep.post(`${path}lose/`, { lost_reason: 'x' }).expect(409)).body.state).toBe('won');
    const open = await rep.post(`${path}reopen/`).expect(200);
    expect(open.body).toMatchObject({ status: 'open', stage: 'negotiation', probability: 75, closed_at: null });
    await rep.post(`${path}reopen/`).expect(409);
    for (const body of [{}, { lost_reason: '' }, { lost_reason: ' ' }, { lost_reason: null }]) {
      expect((await rep.post(`${path}lose/`, body).expect(400)).body.errors[0].field).toBe('lost_reason');
    }
    const lost = await rep.post(`${path}lose/`, { lost_reason: 'Price', competitor: 'Acme' }).expect(200);
    expect(lost.body).toMatchObject({
      status: 'lost',
      lost_reason: 'Price',
      competitor: 'Acme',
      probability: 0,
      weighted_amount: 0,
      forecast_category: 'omitted',
    });
    expect((await rep.post(`${path}reopen/`).expect(200)).body.lost_reason).toBeNull();
    expect(await readEvents(id)).toEqual(['created', 'won', 'reopened', 'lost', 'reopened']);
    expect(await readTransitions(id)).toHaveLength(4);
  });

  test('that was made closed is reopened in the first open stage; one closed by a move or a PATCH tells it so', async () => {
    const made = await createDeal(rep, { stage: 'closed_lost', lost_reason: 'Late' });
    expect(made.lost_reason).toBe('Late');
    expect((await rep.post(`/deals/${made.id}/reopen/`).expect(200)).body.stage).toBe('prospecting');
    await rep.post(`/deals/${made.id}/move/`, { stage: 'closed_won' }).expect(200);
    const lost = await rep.patch(`/deals/${made.id}/`, { stage: 'closed_lost', lost_reason: 'Gone' }).expect(200);
    expect(lost.body).toMatchObject({ status: 'lost', lost_reason: 'Gone' });
    expect(await readEvents(made.id)).toEqual(['created', 'reopened', 'won', 'lost']);
  });

  test('becomes lost for a reason only, at every door, unless it has one', async () => {
    const { id } = await createDeal(rep);
    const path = `/deals/${id}/`;
    for (const reason of [{}, { lost_reason: '' }, { lost_reason: null }]) {
      const loss = { stage: 'closed_lost', ...reason };
      for (const answer of [
        await rep.post('/deals/', { name: 'Lost', ...loss }),
        await rep.patch(path, loss),
        await rep.put(path, { name: 'Lost', ...loss }),
        await rep.post(`${path}move/`, loss),
      ]) {
        expect([answer.status, answer.body.errors?.[0].field]).toEqual([400, 'lost_reason']);
      }
      const items = [{ id, ...loss }];
      const bulk = await rep.post('/deals/bulk/', { operation: 'update', mode: 'partial', items }).expect(200);
      expect(bulk.body.results[0].status).toBe(400);
    }
    expect(await readDeal(id)).toMatchObject({ status: 'open', version: 1 });
    const lost = await rep.post(`${path}move/`, { stage: 'closed_lost', lost_reason: 'Price', competitor: 'Acme' });
    expect(lost.body).toMatchObject({ status: 'lost', lost_reason: 'Price', competitor: 'Acme', version: 2 });
    await rep.post(`${path}reopen/`).expect(200);
    // What was said of the loss that is over is no reason for another.
    await rep.post(`${path}move/`, { stage: 'closed_lost' }).expect(400);
    await rep.patch(path, { lost_reason: 'No budget' }).expect(200);
    const again = await rep.post(`${path}move/`, { stage: 'closed_lost' }).expect(200);
    expect(again.body).toMatchObject({ status: 'lost', lost_reason: 'No budget' });
  });

  test('that was won from a stage which is retired since is reopened in the first open one', async () => {
    const stages = [{ name: 'A' }, { name: 'B' }, { name: 'W', is_won: true }, { name: 'L', is_lost: true }];
    const pipeline = (await admin.post('/pipelines/', { name: 'Short', stages }).expect(201)).body;
    const { id } = await createDeal(rep, { pipeline_id: pipeline.id, stage: 'b' });
    await rep.post(`/deals/${id}/win/`).expect(200);
    const retired = pipeline.stages.map((stage: { key: string }) => ({ ...stage, is_retired: stage.key === 'b' }));
    await admin.patch(`/pipelines/${pipeline.id}/`, { stages: retired }).expect(200);
    expect((await rep.post(`/deals/${id}/reopen/`).expect(200)).body.stage).toBe('a');
  });

  test.each([
    { closed_at: '2999-01-01T00:00:00Z' },
    { closed_at: '2025-13-01T00:00:00Z' },
    { closed_at: 'yesterday' },
    { amount: -1 },
    { status: 'won' },
  ])('is not won with %j', async (body) => {
    const { id } = await createDeal(rep);
    expect((await rep.post(`/deals/${id}/win/`, body).expect(400)).body.errors[0].field).toBe(Object.keys(body)[0]);
  });

  test('is won or lost once, however many try at once', async () => {
    for (let round = 0; round < 4; round += 1) {
      const { id } = await createDeal(rep);
      const acts = [1, 2, 3, 4].flatMap(() => [
        rep.post(`/deals/${id}/win/`),
        rep.post(`/deals/${id}/lose/`, { lost_reason: 'Price' }),
      ]);
      expect(await statusesOf(acts)).toEqual([200, ...Array(7).fill(409)]);
      const { status } = await readDeal(id);
      expect(await readEvents(id)).toEqual(['created', status]);
      expect(await readTransitions(id)).toHaveLength(1);
    }
  });

  test('out of reach is not moved, won, lost or reopened, nor by who only reads', async () => {
    const deal = await createDeal(rep);
    const stranger = await app.createCaller('sales_rep');
    const viewer = await app.createCaller('viewer');
    const acts: [string, object][] = [
      ['move', { stage: 'proposal' }],
      ['win', {}],
      ['lose', { lost_reason: 'x' }],
      ['reopen', {}],
    ];
    for (const [act, body] of acts) {
      for (const path of ['deals', 'opportunities']) {
        await stranger.post(`/${path}/${deal.id}/${act}/`, body).expect(404);
        await viewer.post(`/${path}/${deal.id}/${act}/`, body).expect(403);
      }
    }
    expect((await readDeal(deal.id)).version).toBe(1);
    await admin.delete(`/deals/${deal.id}/`).expect(204);
    await rep.post(`/deals/${deal.id}/win/`).expect(404);
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSystemCtx } from '../src/core/ctx.ts';
import { ensureDefaultPipeline } from '../src/pipelines/default-pipeline.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

interface Stage {
  id: string;
  key: string;
  name: string;
  probability: number;
  position: number;
  is_won: boolean;
  is_lost: boolean;
  is_retired: boolean;
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

const STAGES = [
  { name: 'New', probability: 20 },
  { name: 'Won', is_won: true },
  { name: 'Lost', is_lost: true },
];
const createPipeline = async (fields: object = {}) =>
  (await admin.post('/pipelines/', { name: 'Partners', stages: STAGES, ...fields }).expect(201)).body;
const keysOf = (pipeline: { stages: Stage[] }) => pipeline.stages.map((stage) => stage.key);

describe('the default pipeline', () => {
  test('is there from the start, with its six stages, and is made once', async () => {
    const { body } = await rep.get('/pipelines/?is_default=true').expect(200);
    const stages = body.results[0].stages.map(({ key, probability }: Stage) => [key, probability]);
    expect(stages).toEqual([
      ['prospecting', 10],
      ['qualification', 25],
      ['proposal', 50],
      ['negotiation', 75],
      ['closed_won', 100],
      ['closed_lost', 0],
    ]);
    const ctx = createSystemCtx(app.system);
    expect(await Promise.all([ensureDefaultPipeline(ctx), ensureDefaultPipeline(ctx)])).toEqual([false, false]);
    expect((await rep.get('/pipelines/')).body.count).toBe(1);
  });

  test('is always exactly one', async () => {
    const first = (await admin.get('/pipelines/?is_default=true')).body.results[0];
    const second = await createPipeline({ is_default: true });
    expect((await admin.get(`/pipelines/${first.id}/`)).body).toMatchObject({ is_default: false, version: 2 });
    const refused = await admin.patch(`/pipelines/${second.id}/`, { is_default: false }).expect(400);
    expect(refused.body.errors[0].field).toBe('is_default');
    await admin.delete(`/pipelines/${second.id}/`).expect(409);
    const others = await Promise.all([1, 2, 3].map(() => createPipeline()));
    await Promise.all(others.map(({ id }) => admin.patch(`/pipelines/${id}/`, { is_default: true }).expect(200)));
    expect((await admin.get('/pipelines/?is_default=true')).body.count).toBe(1);
    await admin.patch(`/pipelines/${first.id}/`, { is_default: true }).expect(200);
    for (const { id } of [second, ...others]) await admin.delete(`/pipelines/${id}/`).expect(204);
  });
});

describe('the stages of a pipeline', () => {
  test('are the usual six where none are given', async () => {
    expect(keysOf(await createPipeline({ stages: undefined }))).toHaveLength(6);
    expect(keysOf(await createPipeline({ stages: [] }))).toHaveLength(6);
  });

  test('get keys of their names and probabilities of their kind', async () => {
    const names = [{ name: 'Erste Prüfung!' }, { name: '2. Erste Prüfung' }, { name: '日本' }, ...STAGES.slice(1)];
    const { stages } = await createPipeline({ stages: names });
    expect(keysOf({ stages })).toEqual(['erste_prufung', 'erste_prufung_2', 'stage', 'won', 'lost']);
    expect(stages.map((stage: Stage) => stage.probability)).toEqual([0, 0, 0, 100, 0]);
  });

  test('are changed by key or id, added, put into another order and deleted', async () => {
    const pipeline = await createPipeline();
    const [fresh, won, lost] = pipeline.stages as Stage[];
    const path = `/pipelines/${pipeline.id}/`;
    const stages = [
      { name: 'Demo', probability: 40, rotting_days: 7 },
      { id: fresh?.id, name: 'Newest' },
      { key: 'won' },
    ];
    const { body } = await admin.patch(path, { stages: [...stages, { key: 'lost', color: 'red' }] }).expect(200);
    expect(keysOf(body)).toEqual(['demo', 'new', 'won', 'lost']);
    expect(body.stages).toMatchObject([
      { name: 'Demo', position: 0, rotting_days: 7 },
      { id: fresh?.id, name: 'Newest', probability: 20, position: 1 },
      { id: won?.id, is_won: true },
      { id: lost?.id, color: 'red' },
    ]);
    expect(body.version).toBe(2);
    // Sent back turned round, with the positions as they were read.
    const turned = await admin.patch(path, { stages: [...body.stages].reverse() }).expect(200);
    expect(keysOf(turned.body)).toEqual(['lost', 'won', 'new', 'demo']);
    const placed = [
      { key: 'new', position: 9 },
      { key: 'demo', position: 1 },
      { key: 'won', position: 2 },
    ];
    const moved = await admin.patch(path, { stages: [...placed, { key: 'lost', position: 3 }] }).expect(200);
    expect(keysOf(moved.body)).toEqual(['demo', 'won', 'lost', 'new']);
    const fewer = await admin.patch(path, { stages: moved.body.stages.slice(1) }).expect(200);
    expect(keysOf(fewer.body)).toEqual(['won', 'lost', 'new']);
    const history = (await admin.get(`${path}history/`)).body.results;
    expect(history[0].changes.stages[0]).toHaveLength(4);
    expect(history[0].changes.stages[1]).toHaveLength(3);
    const same = await admin.patch(path, { stages: fewer.body.stages }).expect(200);
    expect(same.body.version).toBe(fewer.body.version);
    const swapped = [{ key: 'new', name: 'A', id: fewer.body.stages[2].id }];
    await admin.patch(path, { stages: [...swapped, { key: 'won' }, { key: 'lost' }] }).expect(200);
  });

  test.each<[string, unknown, string]>([
    ['no open one', STAGES.slice(1), 'stages'],
    ['no won one', [STAGES[0], STAGES[2]], 'stages'],
    ['no lost one', STAGES.slice(0, 2), 'stages'],
    ['a retired one only', [{ name: 'Old', is_retired: true }, ...STAGES.slice(1)], 'stages'],
    ['one both won and lost', [...STAGES, { name: 'X', is_won: true, is_lost: true }], 'stages.3.is_lost'],
    ['one without a name', [...STAGES, {}], 'stages.3.name'],
    ['a key twice', [...STAGES, { name: 'A', key: 'a' }, { name: 'B', key: 'a' }], 'stages.4.key'],
    ['a bad key', [...STAGES, { name: 'A', key: 'A b' }], 'stages.3.key'],
    ['a probability over 100', [...STAGES, { name: 'A', probability: 101 }], 'stages.3.probability'],
    ['an id that is not there', [...STAGES, { id: '00000000-0000-4000-8000-000000000000' }], 'stages.3.id'],
    ['an unknown field', [...STAGES, { name: 'A', status: 'open' }], 'stages.3.status'],
    ['51 stages', Array(51).fill({ name: 'A' }), 'stages'],
    ['no list', 'x', 'stages'],
  ])('with %s are refused', async (_what, stages, field) => {
    const created = await admin.post('/pipelines/', { name: 'Bad', stages }).expect(400);
    expect(created.body.errors[0].field).toBe(field);
    const pipeline = await createPipeline();
    const changed = await admin.patch(`/pipelines/${pipeline.id}/`, { stages }).expect(400);
    expect(changed.body.errors[0].field).toBe(field);
    expect((await admin.get(`/pipelines/${pipeline.id}/`)).body).toEqual(pipeline);
  });

  test('that is named twice, or belongs to another pipeline, is refused', async () => {
    const [one, other] = [await createPipeline(), await createPipeline()];
    const path = `/pipelines/${one.id}/`;
    await admin.patch(path, { stages: [...one.stages, { key: 'new' }] }).expect(400);
    await admin.patch(path, { stages: [...one.stages, { id: other.stages[0].id }] }).expect(400);
  });
});

describe('under deals', () => {
  test('a stage keeps its kind and key, may be renamed and retired, and is not deleted, nor is its pipeline', async () => {
    const pipeline = await createPipeline({ stages: [...STAGES, { name: 'Next' }] });
    const path = `/pipelines/${pipeline.id}/`;
    const deal = (await rep.post('/deals/', { name: 'Held', pipeline_id: pipeline.id }).expect(201)).body;
    const [fresh, ...others] = pipeline.stages;
    const left = await admin.patch(path, { stages: others }).expect(400);
    expect(left.body.errors[0]).toMatchObject({ field: 'stages', code: 'in_use' });
    await admin.patch(path, { stages: [{ ...fresh, is_won: true }, ...others] }).expect(400);
    await admin.patch(path, { stages: [{ ...fresh, key: 'newer' }, ...others] }).expect(400);
    await admin.delete(path).expect(409);
    await admin.delete(`${path}?permanent=true`).expect(409);
    const retired = { ...fresh, name: 'Old', is_retired: true };
    const changed = await admin.patch(path, { stages: [...others, retired] }).expect(200);
    expect(changed.body.stages.at(-1)).toMatchObject({ name: 'Old', is_retired: true });

    expect((await rep.get(`/deals/${deal.id}/`)).body).toMatchObject({ stage: 'new', stage_name: 'Old' });
    await rep.patch(`/deals/${deal.id}/`, { name: 'Still held', stage: 'new' }).expect(200);
    const entered = await rep.post('/deals/', { name: 'Late', pipeline_id: pipeline.id, stage: 'new' }).expect(400);
    expect(entered.body.errors[0]).toMatchObject({ field: 'stage', code: 'retired' });
    const next = (await rep.post('/deals/', { name: 'Late', pipeline_id: pipeline.id }).expect(201)).body;
    expect(next.stage).toBe('next');
    await rep.patch(`/deals/${next.id}/`, { stage_id: fresh.id }).expect(400);
    await rep.patch(`/deals/${deal.id}/`, { stage: 'next' }).expect(200);
    await admin.patch(path, { stages: others }).expect(200);
    await admin.delete(path).expect(409);
  });

  test('a deal that arrives while its stage is deleted is refused, or keeps the stage', async () => {
    for (let round = 0; round < 5; round += 1) {
      const pipeline = await createPipeline({ stages: [...STAGES, { name: 'Next' }] });
      const [created, deleted] = await Promise.all([
        rep.post('/deals/', { name: 'Racing', pipeline_id: pipeline.id, stage: 'next' }),
        admin.patch(`/pipelines/${pipeline.id}/`, { stages: pipeline.stages.slice(0, 3) }),
      ]);
      expect(`${created.status} ${deleted.status}`).toMatch(/^(201 (400|409)|400 200)$/);
    }
  });
});

describe('products', () => {
  test('have a price and a number that is unique among the living', async () => {
    const product = { name: 'Licence', sku: 'LIC-1', price: 19.99 };
    const { body } = await rep.post('/products/', product).expect(201);
    expect(body).toMatchObject({ price: 19.99, currency: 'USD', is_active: true, category: null });
    const twice = await rep.post('/products/', { ...product, name: 'Other' }).expect(409);
    expect(twice.body.existing_id).toBe(body.id);
    const spelled = await rep.post('/products/', { ...product, sku: 'lic-1' }).expect(409);
    expect(spelled.body.existing_id).toBe(body.id);
    const another = (await rep.post('/products/', { ...product, sku: 'Lic-2' }).expect(201)).body;
    expect(another.sku).toBe('Lic-2');
    await rep.patch(`/products/${another.id}/`, { sku: 'Lic-1' }).expect(409);
    await rep.patch(`/products/${another.id}/`, { sku: 'LIC-2' }).expect(200);
    const items = [{ sku: 'lic-2', name: 'Matched' }];
    const upsert = await rep.post('/products/bulk/', { operation: 'upsert', match_on: 'sku', items }).expect(200);
    expect(upsert.body.results).toMatchObject([{ status: 200, id: another.id }]);
    await admin.delete(`/products/${another.id}/`).expect(204);
    const races = ['race', 'RACE', 'Race'].map((sku) => rep.post('/products/', { name: 'Race', price: 1, sku }));
    expect((await Promise.all(races)).map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    for (const price of [undefined, null, '', -1, 1.005, 1e13, '5']) {
      const refused = await rep.post('/products/', { name: 'X', price }).expect(400);
      expect(refused.body.errors[0].field).toBe('price');
    }
    await admin.delete(`/products/${body.id}/`).expect(204);
    await rep.post('/products/', product).expect(201);
    await admin.post(`/products/${body.id}/restore/`).expect(409);
    expect((await rep.get('/products/?search=lic&price__gte=19')).body.count).toBe(1);
  });
});

test('a viewer reads and changes none of it, a guest does not even read', async () => {
  const viewer = await app.createCaller('viewer');
  const guest = await app.createCaller('guest');
  for (const path of ['/pipelines/', '/products/']) {
    await viewer.get(path).expect(200);
    await guest.get(path).expect(403);
    const denied = await viewer.post(path, { name: 'X', ...(path === '/products/' ? { price: 1 } : {}) }).expect(403);
    expect(denied.body.permission).toBe('create_deals');
  }
  const { id } = await createPipeline();
  await viewer.patch(`/pipelines/${id}/`, { name: 'Mine' }).expect(403);
  await rep.delete(`/pipelines/${id}/`).expect(403);
});

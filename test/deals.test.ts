import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { createDeal } from './support/deals.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let other: Caller;
let stages: Record<string, string>;
let pipeline_id: string;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  other = await app.createCaller('sales_rep');
  const [pipeline] = (await rep.get('/pipelines/?is_default=true')).body.results;
  pipeline_id = pipeline.id;
  stages = Object.fromEntries(pipeline.stages.map((stage: { key: string; id: string }) => [stage.key, stage.id]));
});
afterAll(() => app.close());

async function createContact(caller: Caller, first_name: string): Promise<string> {
  return (await caller.post('/contacts/', { first_name, last_name: 'Contact' }).expect(201)).body.id;
}

describe('a new deal', () => {
  test('stands in the first stage of the default pipeline with what follows from that', async () => {
    const company = (await rep.post('/companies/', { name: 'Buyer Ltd' }).expect(201)).body;
    const deal = await createDeal(rep, { amount: 1000.1, company_id: company.id });
    expect(deal).toMatchObject({
      amount: 1000.1,
      currency: 'USD',
      pipeline_id,
      pipeline_name: 'Sales pipeline',
      stage: 'prospecting',
      stage_id: stages.prospecting,
      stage_name: 'Prospecting',
      status: 'open',
      probability: 10,
      weighted_amount: 100.01,
      forecast_category: 'pipeline',
      owner_id: rep.id,
      owner_name: 'sales_rep Tester',
      company_name: 'Buyer Ltd',
      contact_name: null,
      contact_ids: [],
      contacts: [],
      products: [],
      closed_at: null,
      days_in_stage: 0,
      is_rotting: false,
      version: 1,
    });
    expect((await rep.get(`/deals/${deal.id}/`)).body).toEqual(deal);
    expect((await rep.get(`/opportunities/${deal.id}/`)).body).toEqual(deal);
    expect((await rep.get('/deals/?search=buyer')).body.results.map((row: { id: string }) => row.id)).toEqual([
      deal.id,
    ]);
  });

  test('is put into a stage by key or id, with a probability of its own', async () => {
    expect(await createDeal(rep, { stage: 'proposal' })).toMatchObject({ stage_id: stages.proposal, probability: 50 });
    expect(await createDeal(rep, { stage_id: stages.proposal, probability: 60 })).toMatchObject({
      stage: 'proposal',
      probability: 60,
      is_probability_manual: true,
    });
    expect(await createDeal(rep, { stage: 'closed_won' })).toMatchObject({
      status: 'won',
      probability: 100,
      forecast_category: 'commit',
      closed_at: expect.any(String),
    });
  });

  test.each<[string, object, string]>([
    ['a stage that is not there', { stage: 'nonsense' }, 'stage'],
    ['a stage and another stage’s id', { stage: 'proposal', stage_id: 'qualification' }, 'stage'],
    ['an unknown stage id', { stage_id: randomUUID() }, 'stage_id'],
    ['an unknown pipeline', { pipeline_id: randomUUID() }, 'pipeline_id'],
    ['a status', { status: 'won' }, 'status'],
    ['a negative amount', { amount: -1 }, 'amount'],
    ['three decimals', { amount: 0.001 }, 'amount'],
    ['an unknown currency', { currency: 'XXY' }, 'currency'],
    ['a day that is not on the calendar', { expected_close_date: '2026-02-30' }, 'expected_close_date'],
    ['a year 0', { expected_close_date: '0000-01-01' }, 'expected_close_date'],
    ['a probability over 100', { probability: 101 }, 'probability'],
    [
      'a probability of its own though it is lost',
      { probability: 50, stage: 'closed_lost', lost_reason: 'Price' },
      'probability',
    ],
    ['no reason though it is lost', { stage: 'closed_lost' }, 'lost_reason'],
    ['a position', { board_position: 1 }, 'board_position'],
    ['an unknown forecast', { forecast_category: 'sure' }, 'forecast_category'],
    ['no name', { name: ' ' }, 'name'],
  ])('with %s is refused', async (_what, fields, field) => {
    const stage_id = (fields as { stage_id?: string }).stage_id;
    const body = { name: 'Refused', ...fields, ...(stage_id ? { stage_id: stages[stage_id] ?? stage_id } : {}) };
    expect((await rep.post('/deals/', body).expect(400)).body.errors[0].field).toBe(field);
    expect((await admin.get('/deals/?name=Refused')).body.count).toBe(0);
  });

  test('takes empty texts for nothing', async () => {
    const blank = { amount: '', stage: '', pipeline_id: '', expected_close_date: '', probability: '', contact_id: '' };
    expect(await createDeal(rep, { ...blank, forecast_category: '' })).toMatchObject({
      amount: null,
      weighted_amount: 0,
      stage: 'prospecting',
      expected_close_date: null,
      forecast_category: 'pipeline',
    });
  });
});

describe('a change of a deal', () => {
  test('of its stage is one event, with one transition, and moves the probability unless that was set by hand', async () => {
    const { id } = await createDeal(rep, { amount: 200 });
    const path = `/deals/${id}/`;
    const moved = await rep.patch(path, { stage: 'negotiation', name: 'Renamed' }).expect(200);
    expect(moved.body).toMatchObject({ probability: 75, weighted_amount: 150, version: 2 });
    await rep.patch(path, { probability: 33 }).expect(200);
    const kept = await rep.patch(path, { stage: 'proposal' }).expect(200);
    expect(kept.body).toMatchObject({ probability: 33, is_probability_manual: true });
    expect((await rep.patch(path, { probability: null })).body).toMatchObject({
      probability: 50,
      is_probability_manual: false,
    });
    const events = await app.system.database.query<{ event: string; metadata: object; changes: object }>(
      'SELECT event, metadata, changes FROM audit_logs WHERE resource_id = $1 ORDER BY id',
      [id],
    );
    expect(events.map(({ event }) => event)).toEqual([
      'deal.created',
      'deal.stage_changed',
      'deal.updated',
      'deal.stage_changed',
      'deal.updated',
    ]);
    expect(events[1]).toMatchObject({
      metadata: { from: 'Prospecting', to: 'Negotiation' },
      changes: {
        name: ['Big order', 'Renamed'],
        stage: ['prospecting', 'negotiation'],
        stage_id: [stages.prospecting, stages.negotiation],
        probability: [10, 75],
      },
    });
    const { results } = (await rep.get(`${path}transitions/`).expect(200)).body;
    expect(results).toMatchObject([
      { from: { key: 'negotiation' }, to: { key: 'proposal', id: stages.proposal }, amount: 200, currency: 'USD' },
      { from: { name: 'Prospecting' }, to: { name: 'Negotiation' }, by: { id: rep.id, name: 'sales_rep Tester' } },
    ]);
    const same = await rep.patch(path, { stage: 'proposal', stage_id: stages.proposal }).expect(200);
    expect(same.body.version).toBe(kept.body.version + 1);
  });

  test('to another pipeline finds the stage for deals of its status there', async () => {
    const next = (await admin.post('/pipelines/', { name: 'Renewals' }).expect(201)).body;
    const open = await createDeal(rep, { stage: 'negotiation' });
    const won = await createDeal(rep, { stage: 'closed_won' });
    expect((await rep.patch(`/deals/${open.id}/`, { pipeline_id: next.id })).body).toMatchObject({
      stage: 'prospecting',
      stage_id: next.stages[0].id,
      pipeline_name: 'Renewals',
    });
    expect((await rep.patch(`/deals/${won.id}/`, { pipeline_id: next.id })).body).toMatchObject({
      status: 'won',
      stage_id: next.stages[4].id,
      closed_at: won.closed_at,
    });
    const astray = await rep.patch(`/deals/${open.id}/`, { pipeline_id, stage_id: next.stages[1].id }).expect(400);
    expect(astray.body.errors[0].field).toBe('stage_id');
    await rep.patch(`/deals/${open.id}/`, { stage_id: stages.proposal }).expect(200);
    expect((await rep.get(`/deals/${open.id}/`)).body.pipeline_id).toBe(pipeline_id);
  });

  test('with a stale version is merged, or refused where the same fields are meant', async () => {
    const { id } = await createDeal(rep);
    const path = `/deals/${id}/`;
    await rep.patch(path, { stage: 'proposal' }).expect(200);
    await rep.patch(path, { notes: 'Call them.' }).set('If-Match', '"1"').expect(200);
    const stale = await rep.patch(path, { stage: 'negotiation' }).set('If-Match', '"1"').expect(412);
    expect(stale.body.current).toMatchObject({ stage: 'proposal', notes: 'Call them.' });
    const probability = await rep.patch(path, { probability: 5 }).set('If-Match', '"1"').expect(412);
    expect(probability.body.errors[0].field).toBe('probability');
  });

  test('by replacement puts back what is left out, and leaves stage and owner', async () => {
    const deal = await createDeal(rep, {
      stage: 'proposal',
      notes: 'x',
      amount: 5,
      contact_id: await createContact(rep, 'A'),
    });
    const { body } = await rep.put(`/deals/${deal.id}/`, { name: 'Replaced' }).expect(200);
    expect(body).toMatchObject({ stage: 'proposal', notes: null, amount: null, contact_ids: [], owner_id: rep.id });
  });
});

describe('the contacts of a deal', () => {
  test('have roles, one of them first, and are written in three ways', async () => {
    const [ann, bob, cid] = [
      await createContact(rep, 'Ann'),
      await createContact(rep, 'Bob'),
      await createContact(rep, 'Cid'),
    ];
    const contacts = [
      { contact_id: ann, role: 'user' },
      { contact_id: bob, role: 'buyer', is_primary: true },
    ];
    const deal = await createDeal(rep, { contacts });
    expect(deal).toMatchObject({ contact_id: bob, contact_name: 'Bob Contact', contact_ids: [ann, bob] });
    expect(deal.contacts).toEqual([
      { contact_id: ann, contact_name: 'Ann Contact', role: 'user', is_primary: false },
      { contact_id: bob, contact_name: 'Bob Contact', role: 'buyer', is_primary: true },
    ]);
    const path = `/deals/${deal.id}/`;
    const change = async (fields: object) => (await rep.patch(path, fields).expect(200)).body;
    expect(await change({ contact_ids: [cid, ann] })).toMatchObject({
      contact_id: cid,
      contacts: [{ role: null }, { role: 'user' }],
    });
    expect(await change({ contact_id: bob })).toMatchObject({
      contact_id: bob,
      contact_ids: expect.arrayContaining([ann, bob, cid]),
    });
    expect(await change({ contact_id: null })).toMatchObject({ contact_id: null, contact_name: null });
    expect(await change({ contacts: [] })).toMatchObject({ contact_ids: [] });
    const single = await createDeal(rep, { contact_id: ann });
    expect(single).toMatchObject({ contact_id: ann, contact_ids: [ann] });
    expect((await change({ contact_ids: [] })).version).toBe((await change({ contacts: [] })).version);
    const { results } = (await rep.get(`${path}history/`)).body;
    expect(results[0].changes.contact_ids[1]).toEqual([]);
  });

  test.each<[string, (ids: string[]) => object, string]>([
    ['one twice', ([a]) => ({ contact_ids: [a, a] }), 'contact_ids.1'],
    [
      'two first ones',
      ([a, b]) => ({ contacts: [a, b].map((contact_id) => ({ contact_id, is_primary: true })) }),
      'contacts',
    ],
    ['both ways', ([a]) => ({ contact_ids: [a], contacts: [{ contact_id: a }] }), 'contact_ids'],
    ['one that is not there', ([a]) => ({ contact_ids: [a, randomUUID()] }), 'contact_ids.1'],
    ['one out of reach', ([a, , c]) => ({ contacts: [{ contact_id: a }, { contact_id: c }] }), 'contacts.1.contact_id'],
    ['a first one out of reach', ([, , c]) => ({ contact_id: c }), 'contact_id'],
  ])('%s is refused', async (_what, fields, field) => {
    const ids = [await createContact(rep, 'Ann'), await createContact(rep, 'Bob'), await createContact(other, 'Far')];
    const created = await rep.post('/deals/', { name: 'X', ...fields(ids) }).expect(400);
    expect(created.body.errors[0].field).toBe(field);
    const { id } = await createDeal(rep);
    await rep.patch(`/deals/${id}/`, fields(ids)).expect(400);
    expect((await rep.get(`/deals/${id}/`)).body).toMatchObject({ version: 1, contact_ids: [] });
  });

  test('that a reader may not see are left out for them, and stay when they write', async () => {
    const [far, near] = [await createContact(other, 'Far'), await createContact(rep, 'Near')];
    const deal = (await admin.post('/deals/', { name: 'Shared', owner_id: rep.id, contact_ids: [far] }).expect(201))
      .body;
    const seen = (await rep.get(`/deals/${deal.id}/`).expect(200)).body;
    expect(seen).toMatchObject({ contact_ids: [], contacts: [], contact_name: null });
    await rep.patch(`/deals/${deal.id}/`, { contact_ids: [near] }).expect(200);
    expect((await admin.get(`/deals/${deal.id}/`)).body.contact_ids.sort()).toEqual([far, near].sort());
  });
});

describe('who may', () => {
  test('see and change a deal: its people and those above them', async () => {
    const deal = await createDeal(rep);
    const viewer = await app.createCaller('viewer');
    const manager = await app.createCaller('manager');
    const guest = await app.createCaller('guest');
    for (const path of ['/deals/', '/opportunities/']) {
      const one = `${path}${deal.id}/`;
      for (const call of [
        other.get(one),
        other.patch(one, { name: 'Mine' }),
        other.get(`${one}history/`),
        other.get(`${one}transitions/`),
      ]) {
        await call.expect(404);
      }
      expect((await other.get(`${path}?id=${deal.id}`)).body.count).toBe(0);
      await viewer.get(one).expect(200);
      await viewer.get(`${one}transitions/`).expect(200);
      await viewer.patch(one, { name: 'Mine' }).expect(403);
      await guest.get(path).expect(403);
      await manager.patch(one, { notes: 'seen' }).expect(200);
    }
    const mine = await createDeal(other, { assigned_to_id: other.id });
    await admin.patch(`/deals/${mine.id}/`, { assigned_to_id: rep.id }).expect(200);
    await rep.get(`/deals/${mine.id}/`).expect(200);
    const bulk = await other.post('/deals/bulk/', { operation: 'update', ids: [deal.id], changes: { name: 'Mine' } });
    expect(bulk.status).toBe(400);
  });

  test('win and lose: with close_deals, at every door', async () => {
    const role = {
      name: 'clerk',
      display_name: 'Clerk',
      level: 2,
      permissions: ['view_deals', 'create_deals', 'edit_deals'],
    };
    const made = (await admin.post('/settings/roles/', role).expect(201)).body;
    const clerk = await app.createCaller('guest');
    await admin.post('/settings/role-assignments/', { user_id: clerk.id, role_id: made.id }).expect(201);
    const deal = await createDeal(clerk);
    const closing = { stage: 'closed_won' };
    const doors = [
      clerk.post('/deals/', { name: 'X', ...closing }),
      clerk.patch(`/deals/${deal.id}/`, closing),
      clerk.put(`/opportunities/${deal.id}/`, { name: 'X', stage_id: stages.closed_lost }),
      clerk.post(`/deals/${deal.id}/move/`, closing),
      clerk.post(`/deals/${deal.id}/win/`),
      clerk.post(`/deals/${deal.id}/lose/`, { lost_reason: 'x' }),
    ];
    for (const door of doors) expect((await door.expect(403)).body.permission).toBe('close_deals');
    const items = [{ id: deal.id, ...closing }];
    const bulk = await clerk.post('/deals/bulk/', { operation: 'update', mode: 'partial', items }).expect(200);
    expect(bulk.body.results[0]).toMatchObject({ status: 403, error: { permission: 'close_deals' } });
    await admin.patch(`/deals/${deal.id}/`, closing).expect(200);
    expect((await clerk.post(`/deals/${deal.id}/reopen/`).expect(403)).body.permission).toBe('close_deals');
    expect((await clerk.patch(`/deals/${deal.id}/`, { stage: 'proposal' }).expect(403)).body.permission).toBe(
      'close_deals',
    );
    await clerk.patch(`/deals/${deal.id}/`, { notes: 'Well done.' }).expect(200);
  });
});

describe('a list of deals', () => {
  test('is filtered by stage, status, amount and month', async () => {
    const own = await app.createCaller('sales_rep');
    const today = new Date().toISOString().slice(0, 10);
    await createDeal(own, { name: 'A', amount: 10, expected_close_date: today });
    await createDeal(own, { name: 'B', amount: 20, stage: 'proposal', expected_close_date: '2001-01-01' });
    await createDeal(own, { name: 'C', amount: 30, stage: 'closed_won', expected_close_date: today });
    const names = async (query: string) => {
      const { body } = await own.get(`/deals/?ordering=name&${query}`).expect(200);
      return body.results.map((row: { name: string }) => row.name).join('');
    };
    expect(await names('stage=proposal')).toBe('B');
    expect(await names('status=open')).toBe('AB');
    expect(await names('min_amount=20')).toBe('BC');
    expect(await names('max_amount=20&min_amount=20')).toBe('B');
    expect(await names('closing_this_month=true')).toBe('A');
    expect(await names('closing_this_month=false')).toBe('BC');
    expect(await names('is_rotting=true')).toBe('');
    expect(await names(`pipeline=${pipeline_id}&stage__in=proposal,closed_won`)).toBe('BC');
    for (const [query, field] of [
      ['status=sold', 'status'],
      ['min_amount=x', 'min_amount'],
      ['closing_this_month=maybe', 'closing_this_month'],
      ['min_amount__gt=5', 'min_amount__gt'],
      ['closing_this_mont=true', 'closing_this_mont'],
    ]) {
      expect((await own.get(`/deals/?${query}`).expect(400)).body.errors[0].field).toBe(field);
    }
    const suggestion = await own.get('/deals/?min_amont=5').expect(400);
    expect(suggestion.body.detail).toContain('min_amount');
  });

  test('shows what has stood in a stage for too long', async () => {
    const stage = [
      { name: 'Slow', probability: 5, rotting_days: 3 },
      { name: 'W', is_won: true },
      { name: 'L', is_lost: true },
    ];
    const pipeline = (await admin.post('/pipelines/', { name: 'Rotting', stages: stage }).expect(201)).body;
    const deal = await createDeal(rep, { pipeline_id: pipeline.id });
    await createDeal(rep, { pipeline_id: pipeline.id });
    await app.system.database.query("UPDATE deals SET stage_entered_at = now() - interval '4 days' WHERE id = $1", [
      deal.id,
    ]);
    const { body } = await rep.get(`/deals/?is_rotting=true&pipeline=${pipeline.id}`).expect(200);
    expect(body.results).toMatchObject([{ id: deal.id, is_rotting: true, days_in_stage: 4 }]);
    expect((await rep.get(`/deals/?is_rotting=false&pipeline=${pipeline.id}`)).body.count).toBe(1);
  });
});

test('a deal goes to the trash and comes back with its contacts and items', async () => {
  const product = (await rep.post('/products/', { name: 'Thing', price: 3 }).expect(201)).body;
  const deal = await createDeal(rep, {
    contact_id: await createContact(rep, 'Ann'),
    products: [{ product_id: product.id }],
  });
  await admin.delete(`/deals/${deal.id}/`).expect(204);
  const back = (await admin.post(`/deals/${deal.id}/restore/`).expect(200)).body;
  expect(back).toMatchObject({ amount: 3, contact_ids: deal.contact_ids, products: deal.products });
  await admin.delete(`/deals/${deal.id}/?permanent=true`).expect(204);
});

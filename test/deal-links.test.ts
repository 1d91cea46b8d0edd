import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { createDeal } from './support/deals.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let other: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  other = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const PLANNED: [string, object][] = [
  ['tasks', { title: 'Send the offer' }],
  ['events', { title: 'Kick-off', start_at: '2030-05-04T08:00:00Z', end_at: '2030-05-04T09:00:00Z' }],
];

describe.each(PLANNED)('the deal of %s', (path, fields) => {
  const create = (deal_id: string) => rep.post(`/${path}/`, { ...fields, deal_id });

  test('is named, expanded and filtered by', async () => {
    const deal = await createDeal(rep);
    const { body } = await create(deal.id).expect(201);
    expect(body).toMatchObject({ deal_id: deal.id, deal_name: deal.name });
    if (path === 'tasks') expect(body.related_to).toBe(deal.name);
    const list = await rep.get(`/${path}/?deal_id=${deal.id}&expand=deal`).expect(200);
    expect(list.body).toMatchObject({ count: 1, results: [{ id: body.id, deal: { id: deal.id, stage: deal.stage } }] });
  });

  test('is one that the writer may read', async () => {
    const [own, foreign] = [await createDeal(rep), await createDeal(other)];
    const { id } = (await create(own.id).expect(201)).body;
    for (const deal_id of [foreign.id, randomUUID()]) {
      for (const answer of [await create(deal_id), await rep.patch(`/${path}/${id}/`, { deal_id })]) {
        expect(answer.status).toBe(400);
        expect(answer.body.errors).toEqual([expect.objectContaining({ field: 'deal_id', code: 'not_found' })]);
      }
    }
    expect((await rep.get(`/${path}/${id}/`).expect(200)).body).toMatchObject({ deal_id: own.id, version: 1 });
  });

  test('is not named to who may not read it', async () => {
    const deal = await createDeal(rep, { name: 'Secret order' });
    const { id } = (await create(deal.id).expect(201)).body;
    await admin.patch(`/${path}/${id}/`, { owner_id: other.id }).expect(200);
    const seen = await other.get(`/${path}/${id}/?expand=deal`).expect(200);
    expect(seen.body).toMatchObject({ deal_id: deal.id, deal_name: null, deal: null });
    expect(seen.text).not.toContain('Secret');
  });

  test('is named no more while it is in the trash, and cleared when it is purged', async () => {
    const deal = await createDeal(rep);
    const { id } = (await create(deal.id).expect(201)).body;
    const read = async () => (await rep.get(`/${path}/${id}/`).expect(200)).body;
    await admin.delete(`/deals/${deal.id}/`).expect(204);
    expect(await read()).toMatchObject({ deal_id: deal.id, deal_name: null });
    await admin.delete(`/deals/${deal.id}/?permanent=true`).expect(204);
    expect(await read()).toMatchObject({ deal_id: null, deal_name: null });
  });
});

test('one is reminded of a deal that one may read', async () => {
  const [own, foreign] = [await createDeal(rep), await createDeal(other)];
  const remind = (target_id: string) =>
    rep.post('/reminders/', { target_type: 'deal', target_id, remind_at: '2030-05-04T08:00:00Z' });
  expect((await remind(own.id).expect(201)).body.title).toBe(own.name);
  expect((await remind(foreign.id).expect(400)).body.errors[0]).toMatchObject({ field: 'target_id' });
});

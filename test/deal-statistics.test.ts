import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { createDeal } from './support/deals.ts';

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
});
afterAll(() => app.close());

const read = async (caller: Caller, query = '') => (await caller.get(`/deals/statistics/${query}`).expect(200)).body;

test('nothing adds up to nothing', async () => {
  expect(await read(admin)).toEqual({
    total: 0,
    open: 0,
    won: 0,
    lost: 0,
    total_value: 0,
    won_value: 0,
    weighted_pipeline: 0,
    average_deal_size: 0,
    win_rate: 0,
    average_days_to_close: null,
    closing_this_month: 0,
    currency: 'USD',
    by_currency: [],
    by_stage: [],
  });
});

test('the figures are those of the deals that the caller may see', async () => {
  const [rep, other] = [await app.createCaller('sales_rep'), await app.createCaller('sales_rep')];
  const expected_close_date = new Date().toISOString().slice(0, 10);
  await createDeal(rep, { amount: 0.1, expected_close_date });
  await createDeal(rep, { amount: 0.2, stage: 'proposal', expected_close_date });
  const won = await createDeal(rep, { amount: 100, stage: 'closed_won', expected_close_date });
  await createDeal(rep, { amount: 50, stage: 'closed_lost', lost_reason: 'Price' });
  await createDeal(rep, { amount: 7, stage: 'closed_lost', lost_reason: 'Price', currency: 'EUR' });
  const trashed = await createDeal(rep, { amount: 1e6 });
  await admin.delete(`/deals/${trashed.id}/`).expect(204);
  await createDeal(other, { amount: 1000, stage: 'closed_won' });
  await app.system.database.query("UPDATE deals SET closed_at = created_at + interval '9 days' WHERE id = $1", [
    won.id,
  ]);

  const mine = await read(rep);
  expect(mine).toMatchObject({
    total: 5,
    open: 2,
    won: 1,
    lost: 2,
    total_value: 150.3,
    won_value: 100,
    weighted_pipeline: 0.11,
    average_deal_size: 37.58,
    win_rate: 33.33,
    average_days_to_close: 3,
    closing_this_month: 2,
    currency: 'USD',
  });
  expect(mine.by_currency).toMatchObject([
    { currency: 'USD', total: 4 },
    { currency: 'EUR', total: 1, total_value: 7 },
  ]);
  expect(mine.by_stage).toMatchObject([
    { stage: 'prospecting', count: 1, total_value: 0.1 },
    { stage: 'proposal', count: 1, weighted_value: 0.1 },
    { stage: 'closed_won', status: 'won', count: 1, total_value: 100 },
    { stage: 'closed_lost', name: 'Closed lost', count: 2, total_value: 50 },
  ]);
  expect(await read(admin)).toMatchObject({ total: 6, won: 2, won_value: 1100, win_rate: 50 });
  expect(await read(admin, `?owner_id=${other.id}`)).toMatchObject({ total: 1, won_value: 1000 });
  const empty = (await admin.post('/pipelines/', { name: 'Empty' }).expect(201)).body;
  expect(await read(admin, `?pipeline=${empty.id}`)).toMatchObject({ total: 0, closing_this_month: 0, by_stage: [] });
  expect((await rep.get('/opportunities/statistics/')).body).toEqual(mine);
  await rep.get('/deals/statistics/?owner=1').expect(400);
});

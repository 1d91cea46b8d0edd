import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

describe('contacts', () => {
  test('a created contact is read, listed and counted', async () => {
    const rep = await app.createCaller('sales_rep');
    const created = await rep
      .post('/contacts/', {
        first_name: 'Ada',
        last_name: 'Lovelace',
        email: 'Ada@Example.com',
        company: 'Engines Ltd',
      })
      .expect(201);
    expect(created.body).toMatchObject({
      full_name: 'Ada Lovelace',
      email: 'ada@example.com',
      company_name: 'Engines Ltd',
      owner_id: rep.id,
      version: 1,
    });
    expect(created.headers.etag).toBe('"1"');
    const read = await rep.get(`/contacts/${created.body.id}`).expect(200);
    expect(read.body).toEqual(created.body);
    const list = await rep.get('/contacts/?search=lovel').expect(200);
    expect(list.body).toMatchObject({ count: 1, count_is_estimate: false, next: null, previous: null });
    const statistics = await rep.get('/contacts/statistics/').expect(200);
    expect(statistics.body).toEqual({
      total: 1,
      by_type: { prospect: 1 },
      by_status: { active: 1 },
      new_this_month: 1,
    });
  });
});

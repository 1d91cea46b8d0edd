import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pastFields } from '../src/crud/as-of.ts';
import { resources } from '../src/resources.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

let app: TestApp;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  rep = await app.createCaller('sales_rep');
  await defineField(app, { entity: 'contacts', name: 'tier' });
});
afterAll(() => app.close());

/** A moment that no change shares. */
async function moment(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 5));
  const now = new Date().toISOString();
  await new Promise((resolve) => setTimeout(resolve, 5));
  return now;
}

const asOf = (id: string, instant: string, caller = rep) => caller.get(`/contacts/${id}/history/?as_of=${instant}`);

describe('a row as of an instant', () => {
  test('is what it was then, through changes, company, trash and back', async () => {
    const before = await moment();
    const email = `${randomUUID()}@asof.example`;
    const person = { first_name: 'Ada', last_name: 'Byron', email, tags: ['a', 'b'], custom_fields: { tier: 'gold' } };
    const made = (await rep.post('/contacts/', { ...person, company: 'First Ltd' }).expect(201)).body;
    const path = `/contacts/${made.id}/`;
    const states: [string, object][] = [[await moment(), made]];
    for (const change of [
      { last_name: 'Lovelace', city: 'London' },
      { tags: null, custom_fields: { tier: 'silver' }, company: 'Second Ltd', do_not_email: true },
      { email: null, emails: [{ value: email }], city: null, company: '' },
    ]) {
      const { body } = await rep.patch(path, change).expect(200);
      states.push([await moment(), body]);
    }
    const admin = await app.createCaller('admin');
    await admin.delete(path).expect(204);
    const trashed = (await rep.get(`/contacts/?trashed=true&id=${made.id}`).expect(200)).body.results[0];
    states.push([await moment(), trashed]);
    states.push([await moment(), trashed]);
    await admin.post(`${path}restore/`).expect(200);
    states.push([await moment(), (await rep.patch(path, { city: 'Rome' }).expect(200)).body]);
    for (const [instant, row] of states.slice(0, -1)) {
      expect((await asOf(made.id, instant).expect(200)).body).toEqual(row);
    }
    expect((await asOf(made.id, '2999-01-01').expect(200)).body).toEqual(states.at(-1)?.[1]);
    expect((await asOf(made.id, made.created_at).expect(200)).body).toEqual(made);
    expect((await asOf(made.id, before).expect(404)).body.code).toBe('not_found');
    const pages = (await rep.get(`${path}history/?page_size=3`).expect(200)).body;
    expect(pages.results).toHaveLength(3);
    expect(pages.next).toContain('before=');
  });

  test('is within scope, and asked for in one way', async () => {
    const { id } = (await rep.post('/contacts/', { first_name: 'Own', last_name: 'Row' }).expect(201)).body;
    const now = await moment();
    const stranger = await app.createCaller('sales_rep');
    await asOf(id, now, stranger).expect(404);
    await asOf(randomUUID(), now).expect(404);
    for (const wrong of ['', 'yesterday', '2026-02-31', '2026']) await asOf(id, wrong).expect(400);
    const both = await rep.get(`/contacts/${id}/history/?as_of=${now}&before=${id}`).expect(400);
    expect(both.body.errors).toMatchObject([{ field: 'before' }]);
  });

  test('has the lists whose changes are recorded, and nothing that is computed from other rows', async () => {
    const admin = await app.createCaller('admin');
    const make = async (path: string, body: object) => (await admin.post(path, body).expect(201)).body;
    const product = await make('/products/', { name: 'Licence', price: 50 });
    const people = [await make('/contacts/', { first_name: 'A', last_name: 'B' })];
    people.push(await make('/contacts/', { first_name: 'C', last_name: 'D' }));
    const pipeline = await make('/pipelines/', { name: randomUUID() });
    const products = [{ product_id: product.id, quantity: 2 }];
    const deal = await make('/deals/', { name: 'Old', probability: 40, products, contact_ids: [people[0].id] });
    const then = await moment();
    const stages = pipeline.stages.map((stage: object, index: number) => (index ? stage : { ...stage, name: 'Anew' }));
    await admin.patch(`/pipelines/${pipeline.id}/`, { stages }).expect(200);
    await admin
      .patch(`/deals/${deal.id}/`, { products: [{ ...products[0], quantity: 3 }], contact_ids: [people[1].id] })
      .expect(200);
    await admin.patch(`/deals/${deal.id}/`, { products: [], amount: 7, probability: 90, contact_ids: [] }).expect(200);
    const { contacts, stage_name, days_in_stage, is_rotting, ...known } = deal;
    expect(known).toMatchObject({ weighted_amount: 40, amount: 100, contact_ids: [people[0].id] });
    expect((await admin.get(`/deals/${deal.id}/history/?as_of=${then}`).expect(200)).body).toEqual(known);
    const past = (await admin.get(`/pipelines/${pipeline.id}/history/?as_of=${then}`).expect(200)).body;
    expect(past).toEqual(pipeline);
    const now = (await admin.get(`/deals/${deal.id}/history/?as_of=2999-01-01`).expect(200)).body;
    expect(now).not.toHaveProperty('stage_name');
    expect(now).toMatchObject({ weighted_amount: 6.3, products: [], contact_ids: [] });
  });

  test('computes anew what the database generates', async () => {
    const generated = await app.system.database.query<{ table: string; column: string }>(
      `SELECT attrelid::regclass::text AS table, attname AS column FROM pg_attribute
       WHERE attgenerated <> '' AND attrelid = ANY($1::regclass[])`,
      [resources.map(({ plural }) => plural)],
    );
    const stale = generated.filter(({ table, column }) => {
      const resource = resources.find(({ plural }) => plural === table);
      return resource && pastFields(resource).includes(column) && resource.computed[column]?.past !== 'own';
    });
    expect(stale).toEqual([]);
  });

  test('knows a company that was purged since', async () => {
    const admin = await app.createCaller('admin');
    const company = (await admin.post('/companies/', { name: 'Purged Ltd' }).expect(201)).body;
    const contact = { first_name: 'A', last_name: 'B', company_id: company.id };
    const { id } = (await admin.post('/contacts/', contact).expect(201)).body;
    const then = await moment();
    await admin.delete(`/companies/${company.id}/?permanent=true`).expect(204);
    const { body } = await asOf(id, then, admin).expect(200);
    expect(body).toMatchObject({ company_id: company.id, company_name: null, version: 1 });
  });
});

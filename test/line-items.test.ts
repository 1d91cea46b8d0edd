import { randomUUID } from 'node:crypto';
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

async function createProduct(fields: object = {}): Promise<string> {
  return (await admin.post('/products/', { name: 'Seat', price: 9.99, ...fields }).expect(201)).body.id;
}

describe('the amount of a deal with line items', () => {
  test.each<[object[], number[], number]>([
    [[{ unit_price: 0.1 }, { unit_price: 0.2 }], [0.1, 0.2], 0.3],
    [[{ unit_price: 1.15, quantity: 3, discount_percentage: 10 }], [3.11], 3.11],
    // Half a cent goes up, as numeric rounds; in floating point 1.005 is less than that.
    [[{ unit_price: 2.01, discount_percentage: 50 }], [1.01], 1.01],
    [
      [
        { unit_price: 0.01, quantity: 0.5 },
        { unit_price: 0.01, quantity: 0.5 },
      ],
      [0.01, 0.01],
      0.02,
    ],
    [[{ unit_price: 33.33, quantity: 3, discount_percentage: 33.33 }], [66.66], 66.66],
    [[{ unit_price: 100, discount_percentage: 100 }], [0], 0],
    [Array(10).fill({ unit_price: 0.7, quantity: 1.1 }), Array(10).fill(0.77), 7.7],
    [[{ quantity: 2.5 }], [24.98], 24.98],
  ])('%j is their sum to the cent', async (items, totals, amount) => {
    const product_id = await createProduct();
    const deal = await createDeal(rep, { products: items.map((item) => ({ ...item, product_id })), stage: 'proposal' });
    const products = deal.products as { total: number; product_name: string }[];
    expect(products.map((item) => item.total)).toEqual(totals);
    expect(products[0]?.product_name).toBe('Seat');
    expect(deal.amount).toBe(amount);
    const [row] = await app.system.database.query<{ amount: string }>('SELECT amount::text FROM deals WHERE id = $1', [
      deal.id,
    ]);
    expect(row?.amount).toBe(amount.toFixed(2));
  });

  test('follows them in one event, and is not written by hand', async () => {
    const product_id = await createProduct();
    const { id } = await createDeal(rep, { amount: 500 });
    const path = `/deals/${id}/`;
    const items = [{ product_id, quantity: 3 }];
    const changed = await rep.patch(path, { products: items, stage: 'proposal' }).expect(200);
    expect(changed.body).toMatchObject({ amount: 29.97, version: 2 });
    const refused = await rep.patch(path, { amount: 30 }).expect(400);
    expect(refused.body.errors[0]).toMatchObject({ field: 'amount', message: expect.stringContaining('29.97') });
    await rep.post('/deals/', { name: 'X', amount: 1, products: items }).expect(400);
    await rep.post(`${path}win/`, { amount: 30 }).expect(400);
    // What was read may be sent back.
    expect((await rep.patch(path, { amount: 29.97, products: items }).expect(200)).body.version).toBe(2);
    const history = (await rep.get(`${path}history/`)).body.results;
    expect(history).toHaveLength(2);
    expect(history[0].changes).toMatchObject({
      amount: [500, 29.97],
      products: [[], [{ product_id, total: 29.97 }]],
      stage: ['prospecting', 'proposal'],
    });
    const emptied = await rep.patch(path, { products: [], amount: 7 }).expect(200);
    expect(emptied.body).toMatchObject({ products: [], amount: 7 });
    await rep.patch(path, { amount: 30 }).expect(200);
  });

  test('is right after many have changed the items at once', async () => {
    const product_id = await createProduct({ price: 1 });
    const { id } = await createDeal(rep);
    const changes = Array.from({ length: 10 }, (_, n) =>
      rep.patch(`/deals/${id}/`, { products: [{ product_id, quantity: n + 1 }] }),
    );
    expect(await statusesOf(changes)).toEqual(Array(10).fill(200));
    const { amount, products } = (await rep.get(`/deals/${id}/`)).body;
    expect(products).toEqual([expect.objectContaining({ total: amount })]);
  });

  test('is refused where it is too large', async () => {
    const product_id = await createProduct();
    const products = [{ product_id, unit_price: 999_999_999_999.99, quantity: 999_999_999 }];
    expect((await rep.post('/deals/', { name: 'X', products }).expect(400)).body.errors[0].field).toBe('products');
  });
});

describe('a line item', () => {
  test('takes the price of its product, in the currency of the deal', async () => {
    const product_id = await createProduct({ price: 5, currency: 'EUR' });
    const foreign = await rep.post('/deals/', { name: 'X', products: [{ product_id }] }).expect(400);
    expect(foreign.body.errors[0].field).toBe('products.0.unit_price');
    expect(await createDeal(rep, { products: [{ product_id, unit_price: 6 }] })).toMatchObject({ amount: 6 });
    const deal = await createDeal(rep, { currency: 'EUR', products: [{ product_id }] });
    expect(deal.amount).toBe(5);
    await admin.patch(`/products/${product_id}/`, { price: 50 }).expect(200);
    expect((await rep.get(`/deals/${deal.id}/`)).body.amount).toBe(5);
  });

  test('of a product that was withdrawn stays, and no new one is made of it', async () => {
    const product_id = await createProduct();
    const deal = await createDeal(rep, { products: [{ product_id }] });
    await admin.patch(`/products/${product_id}/`, { is_active: false }).expect(200);
    await rep.patch(`/deals/${deal.id}/`, { products: [{ product_id, quantity: 2 }] }).expect(200);
    const late = await rep.post('/deals/', { name: 'X', products: [{ product_id }] }).expect(400);
    expect(late.body.errors[0].field).toBe('products.0.product_id');
    await admin.delete(`/products/${product_id}/`).expect(204);
    expect((await rep.get(`/deals/${deal.id}/`)).body.products[0].product_name).toBe('Seat');
    await admin.delete(`/products/${product_id}/?permanent=true`).expect(409);
  });

  test.each<[object, string]>([
    [{}, 'product_id'],
    [{ product_id: 'x' }, 'product_id'],
    [{ product_id: randomUUID() }, 'product_id'],
    [{ quantity: 0 }, 'quantity'],
    [{ quantity: -1 }, 'quantity'],
    [{ quantity: 0.0001 }, 'quantity'],
    [{ quantity: '1' }, 'quantity'],
    [{ unit_price: -0.01 }, 'unit_price'],
    [{ unit_price: 0.001 }, 'unit_price'],
    [{ discount_percentage: 100.01 }, 'discount_percentage'],
    [{ discount_percentage: -1 }, 'discount_percentage'],
    [{ total: 5 }, 'total'],
  ])('with %j is refused at the field', async (fields, field) => {
    const known =
      'product_id' in fields || Object.keys(fields).length === 0 ? {} : { product_id: await createProduct() };
    const { body } = await rep.post('/deals/', { name: 'X', products: [{ ...known, ...fields }] }).expect(400);
    expect(body.errors[0].field).toBe(`products.0.${field}`);
  });
});

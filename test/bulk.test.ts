import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let manager: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  manager = await app.createCaller('manager');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const newEmail = () => `${randomUUID()}@bulk.example`;
const person = (more: object = {}) => ({ first_name: 'Bulk', last_name: 'Person', email: newEmail(), ...more });
const send = (caller: Caller, body: object) => caller.post('/contacts/bulk/', body);
const countAll = async () => (await manager.get('/contacts/?count=exact')).body.count;
const history = async (id: string) =>
  (await manager.get(`/contacts/${id}/history/`)).body.results.map((entry: { action: string }) => entry.action);

async function createMany(count: number, caller = manager): Promise<string[]> {
  const items = Array.from({ length: count }, () => person());
  const { body } = await send(caller, { operation: 'create', items }).expect(200);
  expect(body).toMatchObject({ succeeded: count, failed: 0 });
  return body.results.map((result: { id: string }) => result.id);
}

describe('each operation', () => {
  test('create answers 201 and the id of each item, in order', async () => {
    const items = [person({ company: 'Bulk Ltd' }), person({ company: 'Bulk Ltd' })];
    const { body } = await send(rep, { operation: 'create', items }).expect(200);
    expect(body.results.map((each: { index: number; status: number }) => [each.index, each.status])).toEqual([
      [0, 201],
      [1, 201],
    ]);
    const rows = await Promise.all(
      body.results.map(async (each: { id: string }) => (await rep.get(`/contacts/${each.id}/`).expect(200)).body),
    );
    expect(rows.map((row) => row.email)).toEqual(items.map((item) => item.email));
    expect(rows[0]).toMatchObject({ owner_id: rep.id, company_name: 'Bulk Ltd', company_id: rows[1].company_id });
    expect(await history(rows[0].id)).toEqual(['created']);
  });

  test('update takes items, or ids and one change', async () => {
    const [a = '', b = ''] = await createMany(2);
    const items = [
      { id: a, city: 'Rome' },
      { id: b, city: 'Bonn' },
    ];
    await send(manager, { operation: 'update', items }).expect(200);
    expect((await manager.get(`/contacts/${b}/`)).body).toMatchObject({ city: 'Bonn', version: 2 });
    await send(manager, { operation: 'update', ids: [a, b], changes: { status: 'lead' } }).expect(200);
    expect((await manager.get(`/contacts/${a}/`)).body).toMatchObject({ city: 'Rome', status: 'lead', version: 3 });
    expect(await history(a)).toEqual(['updated', 'updated', 'created']);
  });

  test('delete and restore', async () => {
    const [a = '', b = ''] = await createMany(2);
    const deleted = await send(manager, { operation: 'delete', ids: [a, b] }).expect(200);
    expect(deleted.body.results).toMatchObject([{ status: 204, id: a }, { status: 204 }]);
    await manager.get(`/contacts/${a}/`).expect(404);
    await send(manager, { operation: 'restore', items: [{ id: a }, { id: b }] }).expect(200);
    await send(manager, { operation: 'delete', items: [{ id: a }] }).expect(200);
    expect(await history(a)).toEqual(['deleted', 'restored', 'deleted', 'created']);
  });

  test('upsert changes what matches and creates the rest', async () => {
    const [known, fresh] = [person(), person()];
    const { body } = await manager.post('/contacts/', known).expect(201);
    const items = [{ ...known, email: known.email.toUpperCase(), city: 'Rome' }, fresh];
    const answer = await send(manager, { operation: 'upsert', match_on: 'email', items }).expect(200);
    expect(answer.body.results).toMatchObject([{ status: 200, id: body.id }, { status: 201 }]);
    const row = (await manager.get(`/contacts/${body.id}/`)).body;
    expect(row).toMatchObject({ city: 'Rome', email: known.email, version: 2 });
    const again = await send(manager, { operation: 'upsert', items }).expect(200);
    expect(again.body.results.map((each: { status: number }) => each.status)).toEqual([200, 200]);
    const blind = { operation: 'upsert', mode: 'partial', items: [{ first_name: 'No', last_name: 'Mail' }] };
    expect((await send(manager, blind).expect(200)).body.results[0]).toMatchObject({ status: 400 });
    await send(manager, { operation: 'upsert', match_on: 'last_name', items }).expect(400);
    await send(manager, { operation: 'create', match_on: 'email', items }).expect(400);
  });

  test('upsert keeps what the item does not name', async () => {
    const known = person({ city: 'Rome', tags: ['a'], status: 'lead' });
    await manager.post('/contacts/', known).expect(201);
    const item = { first_name: 'New', last_name: 'Name', email: known.email };
    const { body } = await send(manager, { operation: 'upsert', items: [item] }).expect(200);
    const row = (await manager.get(`/contacts/${body.results[0].id}/`)).body;
    expect(row).toMatchObject({ first_name: 'New', city: 'Rome', tags: ['a'], status: 'lead' });
  });

  test('upsert takes a company by name both times, and asks a row that is there for nothing else', async () => {
    const items = [person({ company: 'Upsert Ltd' })];
    const first = await send(rep, { operation: 'upsert', items }).expect(200);
    const again = [{ ...items[0], company: 'Upsert GmbH' }];
    const second = await send(rep, { operation: 'upsert', items: again }).expect(200);
    expect([first.body.results[0].status, second.body.results[0].status]).toEqual([201, 200]);
    const { id } = first.body.results[0];
    expect((await rep.get(`/contacts/${id}/`)).body.company_name).toBe('Upsert GmbH');
    await send(rep, { operation: 'upsert', items: [{ email: items[0]!.email, city: 'Rome' }] }).expect(200);
    expect((await rep.get(`/contacts/${id}/`)).body).toMatchObject({ city: 'Rome', company_name: 'Upsert GmbH' });
    const fresh = await send(rep, { operation: 'upsert', items: [{ email: newEmail(), city: 'Rome' }] }).expect(400);
    expect(fresh.body.results[0].error.errors[0]).toMatchObject({ field: 'first_name', code: 'required' });
  });

  test.each(['delete', 'restore'])('%s names what an item must not hold', async (operation) => {
    const [id = ''] = await createMany(1);
    const { body } = await send(manager, { operation, items: [{ id, permanent: true }] }).expect(400);
    expect(body.results[0].error.errors).toEqual([
      { field: 'permanent', code: 'unknown_field', message: expect.stringContaining('Unknown field permanent.') },
    ]);
    await manager.get(`/contacts/${id}/`).expect(200);
  });

  test('nothing at all succeeds at nothing', async () => {
    const nothing = { succeeded: 0, failed: 0, results: [] };
    for (const operation of ['create', 'update', 'upsert', 'delete', 'restore']) {
      expect((await send(manager, { operation, items: [] }).expect(200)).body).toEqual(nothing);
    }
    expect((await send(manager, { operation: 'delete', ids: [] }).expect(200)).body).toEqual(nothing);
  });
});

describe('a failure', () => {
  const items = () => [person(), person({ email: 'nonsense' }), person({ nmae: 'x' }), person()];

  test('undoes an atomic bulk, which answers 400 in the same shape', async () => {
    const before = await countAll();
    const { body, headers } = await send(manager, { operation: 'create', items: items() }).expect(400);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 400, code: 'bulk_failed', succeeded: 0, failed: 2 });
    expect(body.results).toEqual([
      { index: 0, status: 424 },
      {
        index: 1,
        status: 400,
        error: expect.objectContaining({ code: 'validation', detail: expect.stringMatching(/email/) }),
      },
      { index: 2, status: 400, error: expect.objectContaining({ detail: expect.stringMatching(/nmae/) }) },
      { index: 3, status: 424 },
    ]);
    expect(await countAll()).toBe(before);
  });

  test('in a partial bulk stands alone', async () => {
    const before = await countAll();
    const { body } = await send(manager, { operation: 'create', mode: 'partial', items: items() }).expect(200);
    expect(body).toMatchObject({ succeeded: 2, failed: 2 });
    expect(body.results.map((each: { status: number }) => each.status)).toEqual([201, 400, 400, 201]);
    expect(await countAll()).toBe(before + 2);
  });

  test('of a unique field within the bulk or outside it is a 409', async () => {
    const taken = person();
    await manager.post('/contacts/', taken).expect(201);
    const twice = person();
    const bulk = { operation: 'create', mode: 'partial', items: [taken, twice, twice, person()] };
    const { body } = await send(manager, bulk).expect(200);
    expect(body.results.map((each: { status: number }) => each.status)).toEqual([409, 201, 409, 201]);
  });

  test('by an id that stands twice or nowhere is a 404 of that item', async () => {
    const [a = ''] = await createMany(1);
    const bulk = { operation: 'delete', mode: 'partial', ids: [a, a, randomUUID()] };
    const { body } = await send(manager, bulk).expect(200);
    expect(body.results.map((each: { status: number }) => each.status)).toEqual([204, 404, 404]);
    const twice = { operation: 'update', ids: [a, a], changes: { city: 'X' } };
    expect((await send(manager, twice).expect(400)).body).toMatchObject({ succeeded: 0, failed: 2 });
  });
});

describe('who may', () => {
  test('the permission of the operation is asked for as a whole', async () => {
    const viewer = await app.createCaller('viewer');
    const [id = ''] = await createMany(1, rep);
    for (const [caller, body, permission] of [
      [rep, { operation: 'delete', ids: [id] }, 'delete_contacts'],
      [rep, { operation: 'restore', items: [{ id }] }, 'delete_contacts'],
      [viewer, { operation: 'create', items: [person()] }, 'create_contacts'],
      [viewer, { operation: 'update', ids: [id], changes: {} }, 'edit_contacts'],
      [viewer, { operation: 'upsert', items: [] }, 'create_contacts'],
      [await app.createCaller('guest'), { operation: 'create', items: [] }, 'view_contacts'],
    ] as const) {
      expect((await send(caller, body).expect(403)).body.permission).toBe(permission);
    }
  });

  test('a foreign row does not exist, neither by id nor by match', async () => {
    const mine = await createMany(1, rep);
    const theirs = person();
    const { id } = (await manager.post('/contacts/', theirs).expect(201)).body;
    const bulk = { operation: 'update', mode: 'partial', ids: [...mine, id], changes: { city: 'Taken' } };
    const { body } = await send(rep, bulk).expect(200);
    expect(body.results.map((each: { status: number }) => each.status)).toEqual([200, 404]);
    const upsert = await send(rep, { operation: 'upsert', mode: 'partial', items: [theirs] }).expect(200);
    expect(upsert.body.results[0]).toMatchObject({ status: 409, error: { code: 'duplicate' } });
    expect(JSON.stringify(upsert.body)).not.toContain(id);
    expect((await manager.get(`/contacts/${id}/`)).body).toMatchObject({ city: null, version: 1 });
  });
});

describe('its shape', () => {
  const many = (count: number) => Array.from({ length: count }, () => randomUUID());

  test('takes 1,000 items and refuses 1,001', async () => {
    expect(
      (await send(manager, { operation: 'delete', mode: 'partial', ids: many(1000) }).expect(200)).body.failed,
    ).toBe(1000);
    for (const body of [{ ids: many(1001) }, { items: many(1001).map((id) => ({ id })) }]) {
      const answer = await send(manager, { operation: 'delete', ...body }).expect(400);
      expect(answer.body.detail).toMatch(/at most 1000/);
    }
  });

  test.each([
    [{}, /operation/],
    [{ operation: 'destroy', items: [] }, /operation/],
    [{ operation: 'create' }, /items/],
    [{ operation: 'create', items: {} }, /items: Give a list/],
    [{ operation: 'create', items: [1] }, /items\.0: Give an object/],
    [{ operation: 'create', items: [], mode: 'maybe' }, /mode/],
    [{ operation: 'create', items: [], itmes: [] }, /itmes.*items\?/],
    [{ operation: 'create', ids: [] }, /ids/],
    [{ operation: 'restore', ids: [] }, /ids/],
    [{ operation: 'update', ids: [] }, /changes/],
    [{ operation: 'update', ids: [], items: [], changes: {} }, /ids/],
    [{ operation: 'update', items: [], changes: {} }, /changes/],
    [{ operation: 'delete', ids: [], changes: {} }, /changes/],
    [{ operation: 'delete', ids: ['5'] }, /ids\.0/],
    [{ operation: 'update', ids: [randomUUID()], changes: { id: randomUUID() } }, /changes\.id/],
  ])('%j is a 400 that says why', async (body, message) => {
    expect((await send(manager, body).expect(400)).body.detail).toMatch(message);
  });

  test('an item without an id is told so', async () => {
    const bulk = { operation: 'update', mode: 'partial', items: [{ city: 'X' }, { id: 5, city: 'X' }] };
    const { body } = await send(manager, bulk).expect(200);
    for (const result of body.results)
      expect(result).toMatchObject({ status: 400, error: { errors: [{ field: 'id' }] } });
  });

  test('is replayed by its Idempotency-Key', async () => {
    const before = await countAll();
    const body = { operation: 'create', items: [person(), person()] };
    const first = await send(manager, body).set('Idempotency-Key', 'bulk').expect(200);
    const again = await send(manager, body).set('Idempotency-Key', 'bulk').expect(200);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(again.body).toEqual(first.body);
    expect(await countAll()).toBe(before + 2);
    await send(manager, { ...body, mode: 'partial' })
      .set('Idempotency-Key', 'bulk')
      .expect(422);
  });
});

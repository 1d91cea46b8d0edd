import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let guest: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  guest = await app.createCaller('guest');
  await defineField(app, { entity: 'companies', name: 'tier', is_filterable: true });
  const companies = [
    { name: 'Alpha', country: 'DE', annual_revenue: 5, custom_fields: { tier: 'gold' } },
    { name: 'Beta', country: 'DE', annual_revenue: 9, custom_fields: { tier: 'tin' } },
    { name: 'Gamma', country: 'FR', annual_revenue: 7, custom_fields: { tier: 'gold' } },
  ];
  for (const company of companies) await admin.post('/companies/', company).expect(201);
  await admin.post('/companies/', { name: 'Delta', country: 'DE', owner_id: rep.id }).expect(201);
});
afterAll(() => app.close());

async function save(view: object, caller = admin) {
  return (await caller.post('/saved-views/', { entity: 'companies', name: 'Mine', ...view }).expect(201)).body;
}

async function find(query: string, caller = admin): Promise<string> {
  const { body } = await caller.get(`/companies/?${query}`).expect(200);
  return body.results.map((row: { name: string }) => row.name[0]).join('');
}

describe('a saved view', () => {
  test('is applied by view, and what the request says goes before it', async () => {
    const view = await save({ filters: { country: 'DE', annual_revenue__gt: 1 }, ordering: '-annual_revenue' });
    expect(view).toMatchObject({
      filters: { country: 'DE', annual_revenue__gt: '1' },
      owner_id: admin.id,
      is_shared: false,
    });
    expect(await find(`view=${view.id}`)).toBe('BA');
    expect(await find(`view=${view.id}&ordering=name`)).toBe('AB');
    expect(await find(`view=${view.id}&country=FR`)).toBe('G');
    expect(await find(`view=${view.id}&custom_fields.tier=gold`)).toBe('A');
    const { body } = await admin.get(`/companies/?view=${view.id}&page_size=1&cursor=`).expect(200);
    expect(body.next).toContain(view.id);
    expect(await find(body.next.replace(/^.*\?/, ''))).toBe('A');
  });

  test('chooses the columns, custom fields among them', async () => {
    const { id } = await save({ columns: ['name', 'custom_fields.tier'], ordering: 'custom_fields.tier,name' });
    const { body } = await admin.get(`/companies/?view=${id}`).expect(200);
    expect(body.results[0]).toEqual({ id: expect.any(String), name: 'Alpha', custom_fields: { tier: 'gold' } });
    const { body: other } = await admin.get(`/companies/?view=${id}&fields=country`).expect(200);
    expect(Object.keys(other.results[0]).sort()).toEqual(['country', 'id']);
  });

  test('never shows more rows than its reader may see', async () => {
    const { id } = await save({ filters: { country: 'DE' }, ordering: 'name', is_shared: true });
    expect(await find(`view=${id}`)).toBe('ABD');
    expect(await find(`view=${id}`, rep)).toBe('D');
  });

  test.each([
    [{ entity: 'company' }, 'entity', /Did you mean companies/],
    [{ entity: 'sessions' }, 'entity', /No such noun/],
    [{ name: '' }, 'name', /required/],
    [{ filters: { contry: 'DE' } }, 'filters.contry', /Did you mean country/],
    [{ filters: { annual_revenue: 'x' } }, 'filters.annual_revenue', /number/],
    [{ filters: { annual_revenue__contains: '1' } }, 'filters.annual_revenue__contains', /contains/],
    [{ filters: { 'custom_fields.nothing': '1' } }, 'filters.custom_fields.nothing', /Unknown/],
    [{ filters: { "name'; --": '1' } }, "filters.name'; --", /Unknown/],
    [{ filters: { constructor: '1' } }, 'filters.constructor', /Unknown/],
    [{ filters: { page: 2 } }, 'filters.page', /no filter/],
    [{ filters: { view: 'x' } }, 'filters.view', /no filter/],
    [{ filters: { trashed: 'true' } }, 'filters.trashed', /no filter/],
    [{ filters: { country: { in: 'DE' } } }, 'filters.country', /./],
    [{ filters: [] }, 'filters', /object/],
    [{ ordering: 'nmae' }, 'ordering', /Did you mean name/],
    [{ ordering: 'name;drop' }, 'ordering', /Cannot order/],
    [{ columns: ['nmae'] }, 'columns', /Did you mean name/],
    [{ columns: ['password_hash'] }, 'columns', /No field/],
    [{ columns: ['custom_fields.nothing'] }, 'columns', /No field/],
    [{ owner_id: '00000000-0000-0000-0000-000000000000' }, 'owner_id', /Unknown/],
  ])('with %j is refused', async (facts, field, message) => {
    const view = { entity: 'companies', name: 'Wrong', ...facts };
    const { body } = await admin.post('/saved-views/', view).expect(400);
    expect(body.errors[0].field).toBe(field);
    expect(body.errors[0].message).toMatch(message);
  });

  test('of another noun, of nobody, or of someone else is no view of this list', async () => {
    const { id } = await save({ entity: 'contacts' });
    const { body } = await admin.get(`/companies/?view=${id}`).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'view', message: expect.stringMatching(/contacts/) });
    expect((await admin.get('/companies/?view=x').expect(400)).body.errors[0].field).toBe('view');
    await admin.get(`/companies/?view=${guest.id}`).expect(404);
    const { id: own } = await save({});
    await rep.get(`/companies/?view=${own}`).expect(404);
    expect((await admin.get(`/companies/${own}/?view=${own}`).expect(400)).body.detail).toMatch(/Unknown parameter/);
  });

  test('that fits no longer says so instead of answering more', async () => {
    const field = await defineField(app, { entity: 'companies', name: 'fading', is_filterable: true });
    const { id } = await save({
      name: 'Faded',
      filters: { 'custom_fields.fading': 'x' },
      columns: ['name', 'custom_fields.fading'],
    });
    expect(await find(`view=${id}`)).toBe('');
    await admin.delete(`/custom-fields/${field.id}/`).expect(204);
    const { body } = await admin.get(`/companies/?view=${id}`).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'view', code: 'invalid_view' });
    expect(body.detail).toMatch(/Faded fits no longer.*custom_fields\.fading/);
    await admin.patch(`/saved-views/${id}/`, { name: 'Old' }).expect(200);
    await admin.patch(`/saved-views/${id}/`, { ordering: 'name' }).expect(400);
    await admin.patch(`/saved-views/${id}/`, { filters: {}, columns: [] }).expect(200);
    expect(await find(`view=${id}&ordering=name`)).toBe('ABDG');
  });
});

describe('who may do what with a saved view', () => {
  test('one’s own is seen by nobody else, administrators included', async () => {
    const { id } = await save({}, rep);
    await rep.get(`/saved-views/${id}/`).expect(200);
    for (const caller of [admin, guest]) {
      await caller.get(`/saved-views/${id}/`).expect(404);
      await caller.patch(`/saved-views/${id}/`, { name: 'X' }).expect(404);
      await caller.delete(`/saved-views/${id}/`).expect(404);
      const { body } = await caller.get('/saved-views/?page_size=200').expect(200);
      expect(body.results.map((row: { id: string }) => row.id)).not.toContain(id);
    }
  });

  test('a shared one is read by who may view its noun and changed by its owner alone', async () => {
    const { id } = await save({ is_shared: true }, rep);
    expect((await admin.get(`/saved-views/${id}/`).expect(200)).body.owner_name).toBe('sales_rep Tester');
    // A guest may not view companies.
    await guest.get(`/saved-views/${id}/`).expect(404);
    for (const work of [
      () => admin.patch(`/saved-views/${id}/`, { name: 'X' }),
      () => admin.put(`/saved-views/${id}/`, { entity: 'companies', name: 'X' }),
      () => admin.delete(`/saved-views/${id}/`),
      () => admin.delete(`/saved-views/${id}/?permanent=true`),
      () => admin.post('/saved-views/bulk/', { operation: 'delete', ids: [id] }),
    ]) {
      const { status, text } = await work();
      expect([status, text]).toEqual([status === 400 ? 400 : 403, expect.stringMatching(/owner/)]);
    }
    await rep.patch(`/saved-views/${id}/`, { name: 'Ours' }).expect(200);
    expect((await rep.patch(`/saved-views/${id}/`, { entity: 'contacts' }).expect(400)).body.errors[0].field).toBe(
      'entity',
    );
    await rep.delete(`/saved-views/${id}/`).expect(204);
    await admin.get('/saved-views/?trashed=true').expect(200, /"results":\[\]/);
    await admin.get(`/companies/?view=${id}`).expect(404);
    await admin.post(`/saved-views/${id}/restore/`).expect(404);
    await rep.post(`/saved-views/${id}/restore/`).expect(200);
  });

  test('no longer shared, it is gone for others at once', async () => {
    const { id } = await save({ is_shared: true });
    await rep.get(`/companies/?view=${id}`).expect(200);
    await admin.patch(`/saved-views/${id}/`, { is_shared: false }).expect(200);
    await rep.get(`/companies/?view=${id}`).expect(404);
  });
});

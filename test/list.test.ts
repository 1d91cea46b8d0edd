import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
});
afterAll(() => app.close());

describe('search', () => {
  beforeAll(async () => {
    const items = [
      { first_name: 'José', last_name: 'Müller', email: 'jose@acme.example', job_title: 'Chief Baker' },
      { first_name: 'Josephine', last_name: 'Mueller', phone: '+49 30 1234567' },
      { first_name: 'Šárka', last_name: 'Straße', company: 'Ørsted Énergie' },
      { first_name: 'Юлия', last_name: 'Иванова' },
      { first_name: '太郎', last_name: '山田' },
      { first_name: "Conan O'Brien", last_name: 'Smith-Jones' },
      { first_name: 'D’Angelo', last_name: 'Σοφός', company: "Macy's" },
    ];
    await admin.post('/contacts/bulk/', { operation: 'create', items }).expect(200);
  });

  async function find(words: string): Promise<string[]> {
    const { body } = await admin.get(`/contacts/?ordering=created_at&search=${encodeURIComponent(words)}`).expect(200);
    return body.results.map((row: { first_name: string }) => row.first_name);
  }

  test.each([
    ['jose', ['José', 'Josephine']],
    ['JOSÉ', ['José', 'Josephine']],
    ['jose muller', ['José']],
    ['müller jose', ['José']],
    ['jos müller', []],
    ['mul', ['José']],
    ['ose', []],
    ['jose@acme.example', ['José']],
    ['baker chief', ['José']],
    ['1234567', ['Josephine']],
    ['strasse', ['Šárka']],
    ['sarka orsted', ['Šárka']],
    ['orsted ener', ['Šárka']],
    ['иван', ['Юлия']],
    ['山田', ['太郎']],
    ['ΣΟΦΌΣ', ['D’Angelo']],
    ["o'brien", ["Conan O'Brien"]],
    ['obrien', ["Conan O'Brien"]],
    ['O’Brien', ["Conan O'Brien"]],
    ['dangelo', ['D’Angelo']],
    ["d'ang", ['D’Angelo']],
    ['macys', ['D’Angelo']],
    ['smith-jon', ["Conan O'Brien"]],
    ['jose nobody', []],
  ])('%s finds %j', async (words, names) => {
    expect(await find(words)).toEqual(names);
  });

  test.each(['!', '& | !', ':*', "'", "''", '\\', '()', '<->', 'ʼ', 'ŉ', '½ ʼ x', '"', '%', '\0', '🙂', '١٢', '﷽'])(
    '%s is looked for as text, never as a query',
    async (words) => {
      expect(await find(words)).toEqual([]);
    },
  );

  test('finds nothing for signs alone and everything for an empty string', async () => {
    expect(await find('---')).toEqual([]);
    expect(await find('')).toHaveLength(7);
    await admin.get(`/contacts/?search=${'x'.repeat(201)}`).expect(400);
    expect((await admin.get('/users/?search=x').expect(400)).body.detail).toMatch(/search/);
  });

  test('follows a company that is renamed', async () => {
    const { body } = await admin.get('/companies/?search=orsted').expect(200);
    await admin.patch(`/companies/${body.results[0].id}/`, { name: 'Vestas' }).expect(200);
    expect(await find('vestas')).toEqual(['Šárka']);
    expect(await find('orsted')).toEqual([]);
  });
});

describe('fields', () => {
  test('select what a row holds, and the id always', async () => {
    const { body } = await admin.get('/contacts/?fields=email,full_name&page_size=1').expect(200);
    expect(Object.keys(body.results[0]).sort()).toEqual(['email', 'full_name', 'id']);
    const cursor = await admin.get('/contacts/?fields=email&cursor=&ordering=city&page_size=1').expect(200);
    expect(Object.keys(cursor.body.results[0]).sort()).toEqual(['email', 'id']);
    const empty = await admin.get('/contacts/?fields=&page_size=1').expect(200);
    expect(Object.keys(empty.body.results[0])).toEqual(['id']);
  });

  test('cut a single row without taking its ETag', async () => {
    const { body } = await admin.get('/contacts/?page_size=1').expect(200);
    const cut = await admin.get(`/contacts/${body.results[0].id}/?fields=email`).expect(200);
    expect(Object.keys(cut.body).sort()).toEqual(['email', 'id']);
    expect(cut.headers.etag).toBe(`"${body.results[0].version}"`);
  });
});

describe('expand', () => {
  let contact: { id: string; company_id: string };
  beforeAll(async () => {
    const parent = await admin.post('/companies/', { name: 'Parent' }).expect(201);
    const child = await admin.post('/companies/', { name: 'Child', parent_id: parent.body.id }).expect(201);
    const items = Array.from({ length: 30 }, (_, index) => ({
      first_name: 'Expanded',
      last_name: `${index}`,
      company_id: index % 2 === 0 ? child.body.id : parent.body.id,
    }));
    await admin.post('/contacts/bulk/', { operation: 'create', items }).expect(200);
    const list = await admin.get('/contacts/?first_name=Expanded&last_name=0').expect(200);
    contact = list.body.results[0];
  });

  test('adds the related object beside its id, two deep', async () => {
    const { body } = await admin.get(`/contacts/${contact.id}/?expand=company.parent,owner,assigned_to`).expect(200);
    expect(body).toMatchObject({
      company_id: contact.company_id,
      company_name: 'Child',
      company: { id: contact.company_id, name: 'Child', parent: { name: 'Parent' } },
      owner: { id: admin.id, full_name: 'admin Tester' },
      assigned_to: null,
    });
    expect(Object.keys(body.owner).sort()).toEqual(['avatar_url', 'full_name', 'id', 'title']);
  });

  test('works beside fields that leave the id out', async () => {
    const { body } = await admin.get(`/contacts/${contact.id}/?fields=email&expand=company`).expect(200);
    expect(Object.keys(body).sort()).toEqual(['company', 'company_id', 'email', 'id']);
  });

  test('costs one query for each relation, never one for each row', async () => {
    const count = async (path: string) => {
      await admin.get(path).expect(200);
      const spy = jest.spyOn(app.system.database.pool, 'query');
      const { body } = await admin.get(path).expect(200);
      const statements = spy.mock.calls.map(([statement]) => JSON.stringify(statement));
      spy.mockRestore();
      expect(body.results.length).toBe(30);
      return statements.filter((text) => /SELECT t\.|FROM (users|companies|contacts) t/.test(text)).length;
    };
    const list = '/contacts/?first_name=Expanded&page_size=50&count=none';
    expect(await count(list)).toBe(1);
    expect(await count(`${list}&expand=company`)).toBe(2);
    expect(await count(`${list}&expand=company.parent,owner`)).toBe(4);
  });

  test('and labels leave out what is in the trash', async () => {
    await admin.delete(`/companies/${contact.company_id}/`).expect(204);
    const { body } = await admin.get(`/contacts/${contact.id}/?expand=company`).expect(200);
    expect(body).toMatchObject({ company_id: contact.company_id, company: null, company_name: null });
  });
});

describe('an answer', () => {
  test('has the shape of the conventions', async () => {
    const { body, headers } = await admin.get('/companies/?name=Nobody').expect(200);
    expect(body).toEqual({ count: 0, count_is_estimate: false, next: null, previous: null, results: [] });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  test('spells instants, money, ids and nothing as the conventions do', async () => {
    const { body } = await admin.post('/companies/', { name: 'Spelled', annual_revenue: 1234567.89 }).expect(201);
    expect(body.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/);
    expect(body.annual_revenue).toBe(1234567.89);
    expect(body.currency).toBe('USD');
    expect(body.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(body.description).toBeNull();
  });

  test('is the same for HEAD, without the body', async () => {
    const { body } = await admin.get('/companies/?page_size=1').expect(200);
    for (const path of ['/companies/', `/companies/${body.results[0].id}/`]) {
      const head = await fetch(`${app.url}/api/v1${path}`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${admin.access}` },
      });
      expect([head.status, await head.text()]).toEqual([200, '']);
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(50);
    }
  });
});

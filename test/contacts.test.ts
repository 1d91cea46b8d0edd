import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  rep = await app.createCaller('sales_rep');
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

const create = (more: object) => rep.post('/contacts/', { first_name: 'Ann', last_name: 'Shape', ...more });
const update = async (more: object) => rep.patch(`/contacts/${(await create({}).expect(201)).body.id}/`, more);

describe('a company by its name', () => {
  test('is found or made by a change as by a create', async () => {
    const { body: contact } = await create({ company: 'Named Ltd' }).expect(201);
    const path = `/contacts/${contact.id}/`;
    const moved = await rep.patch(path, { company: 'Other Ltd' }).expect(200);
    expect(moved.body).toMatchObject({ company_name: 'Other Ltd', version: 2 });
    const back = await rep.put(path, { first_name: 'Ann', last_name: 'Shape', company: 'named ltd' }).expect(200);
    expect(back.body.company_id).toBe(contact.company_id);
    const both = await rep.patch(path, { company: 'Named Ltd', company_id: moved.body.company_id }).expect(200);
    expect(both.body.company_name).toBe('Other Ltd');
    expect((await rep.patch(path, { city: 'Rome' }).expect(200)).body.company_name).toBe('Other Ltd');
    expect((await rep.patch(path, { company: '' }).expect(200)).body).toMatchObject({ company_id: null, city: 'Rome' });
  });

  test('is not made when the change is refused', async () => {
    const stranger = await app.createCaller('sales_rep');
    const { id } = (await create({}).expect(201)).body;
    await stranger.patch(`/contacts/${id}/`, { company: 'Never Made' }).expect(404);
    expect((await stranger.get('/companies/?name=Never%20Made')).body.count).toBe(0);
  });
});

describe('a line of text', () => {
  test.each(['a\nb', 'a\rb', 'a\tb', 'a\u0007', 'a\u2028b', '\u200b', '\u202e\u00ad', '\u3164', '\u2800', 'a\ud800'])(
    '%j is refused',
    async (text) => {
      for (const field of ['first_name', 'job_title', 'city']) {
        const { body } = await create({ [field]: text }).expect(400);
        expect(body.errors).toEqual([expect.objectContaining({ field })]);
        expect((await update({ [field]: text })).status).toBe(400);
      }
      expect((await create({ tags: [text] })).status).toBe(400);
      expect((await rep.patch('/auth/me/', { first_name: text })).status).toBe(400);
    },
  );

  test.each(['O\u2019Brien-Smith', '李小龍', 'مريم', 'क्षि', '👩\u200d🚀', 'a\u200db'])('%j is kept', async (text) => {
    expect((await create({ first_name: text }).expect(201)).body.first_name).toBe(text);
  });

  test('may break in notes', async () => {
    const notes = 'one\r\ntwo\n\tthree';
    expect((await create({ notes }).expect(201)).body.notes).toBe(notes);
    await create({ notes: 'a\u0007' }).expect(400);
  });
});

describe('an e-mail address', () => {
  test.each([
    ...[
      'a@b..com',
      '.a@b.com',
      'a.@b.com',
      'a..b@c.com',
      'a@-b-.com',
      'a@b-.com',
      'a@.com',
      'a@b.c',
      'a@b',
      'a@1.2.3.4',
    ],
    ...[`${'x'.repeat(65)}@b.com`, `a@${'x'.repeat(64)}.com`, 'a b@c.com', 'a@b@c.com', 'a\u200b@c.com', 'a@b_c.com'],
  ])('%j is refused', async (email) => {
    const { body } = await create({ email }).expect(400);
    expect(body.errors).toEqual([expect.objectContaining({ field: 'email', code: 'invalid_email' })]);
  });

  test.each(['a+tag', "o'neil", 'x.y-z_1', 'jörg', `${'x'.repeat(64)}`])('%s@… is taken', async (local) => {
    for (const domain of ['münchen.example', `a-b.${randomUUID()}.example`, 'xn--mnchen-3ya.de']) {
      expect((await create({ email: `${local}@${domain}` }).expect(201)).body.email).toBe(`${local}@${domain}`);
    }
  });
});

describe('a country', () => {
  test.each(['EU', 'UK', 'AN', 'ZZ', 'XK', 'SU', 'DEU', '1A'])('%s is none', (country) =>
    create({ country }).expect(400),
  );

  test.each(['de', 'GB', 'SS', 'AX'])('%s is one', async (country) => {
    expect((await create({ country }).expect(201)).body.country).toBe(country.toUpperCase());
  });
});

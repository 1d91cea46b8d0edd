import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const createCompany = async (more: object = {}, caller = rep) =>
  (await caller.post('/companies/', { name: `Firm ${randomUUID()}`, ...more }).expect(201)).body;
const names = (body: { results: { name: string }[] }) => body.results.map((row) => row.name);

describe('a domain', () => {
  test.each([
    ['https://www.Acme-1.com/about?x=1#y', 'acme-1.com'],
    ['ACME-2.COM', 'acme-2.com'],
    ['www.acme-3.com.', 'acme-3.com'],
    [' acme-4.com:8080 ', 'acme-4.com'],
    ['http://user@acme-5.com', null],
    ['müller-6.de', 'xn--mller-6-n2a.de'],
    [`${'x'.repeat(63)}.com`, `${'x'.repeat(63)}.com`],
    ['', null],
    ['  ', null],
  ])('%j is kept as %j', async (given, kept) => {
    if (given.includes('@')) await rep.post('/companies/', { name: 'X', domain: given }).expect(400);
    else expect((await createCompany({ domain: given })).domain).toBe(kept);
  });

  test.each([
    ...['acme', 'a b.com', '-.com', 'http://', '.com', 'a..b', "x';--.com", 'a-.com', 'xn--zzzz999.com', '1.2.3.4'],
    ...[`${'x'.repeat(250)}.com`, `${'x'.repeat(64)}.com`, 5, {}],
  ])('%j is refused', async (domain) => {
    const { body } = await rep.post('/companies/', { name: 'X', domain }).expect(400);
    expect(body.errors[0].field).toBe('domain');
  });

  test('is the same in letters as in punycode', async () => {
    const { id } = await createCompany({ domain: 'münchen.example' });
    const again = await rep.post('/companies/', { name: 'Two', domain: 'xn--mnchen-3ya.example' }).expect(409);
    expect(again.body.existing_id).toBe(id);
    expect((await rep.get('/companies/?domain=m%C3%BCnchen.example')).body.results).toMatchObject([{ id }]);
  });

  test('belongs to one living company, however it is spelled; the id is told to who may read it', async () => {
    const { id } = await createCompany({ domain: 'one.example' });
    const again = { name: 'Two', domain: 'HTTPS://WWW.ONE.EXAMPLE/' };
    const mine = await rep.post('/companies/', again).expect(409);
    expect(mine.body).toMatchObject({ code: 'duplicate', existing_id: id, errors: [{ field: 'domain' }] });
    const stranger = await app.createCaller('sales_rep');
    const theirs = await stranger.post('/companies/', again).expect(409);
    expect(theirs.text).not.toContain(id);
    const other = await createCompany();
    expect((await rep.patch(`/companies/${other.id}/`, { domain: 'one.example' }).expect(409)).body.existing_id).toBe(
      id,
    );
    await rep.patch(`/companies/${id}/`, { domain: 'www.one.example', city: 'Ulm' }).expect(200);
    await admin.delete(`/companies/${id}/`).expect(204);
    await rep.patch(`/companies/${other.id}/`, { domain: 'one.example' }).expect(200);
  });

  test('sent many times at once makes one company', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rep.post('/companies/', { name: 'Race', domain: 'race.example' })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const winner = answers.find((answer) => answer.status === 201);
    for (const { status, body } of answers) if (status === 409) expect(body.existing_id).toBe(winner?.body.id);
  });
});

describe('a parent', () => {
  test('is named, filtered by and never below its child', async () => {
    const top = await createCompany();
    const middle = await createCompany({ parent_id: top.id });
    const bottom = await createCompany({ parent_id: middle.id });
    expect(bottom).toMatchObject({ parent_id: middle.id, parent_name: middle.name });
    expect(names((await rep.get(`/companies/?parent_id=${top.id}`)).body)).toEqual([middle.name]);
    for (const parent of [top, middle, bottom]) {
      const { body } = await rep.patch(`/companies/${top.id}/`, { parent_id: parent.id }).expect(400);
      expect(body.errors).toEqual([expect.objectContaining({ field: 'parent_id', code: 'cycle' })]);
    }
    const items = [{ id: top.id, parent_id: bottom.id }];
    await rep.post('/companies/bulk/', { operation: 'update', items }).expect(400);
    await rep.put(`/companies/${top.id}/`, { name: 'Top', parent_id: bottom.id }).expect(400);
    expect((await rep.get(`/companies/${top.id}/`)).body).toMatchObject({ parent_id: null, version: 1 });
    await rep.patch(`/companies/${bottom.id}/`, { parent_id: top.id }).expect(200);
  });

  test('given both ways at once makes no cycle', async () => {
    for (let round = 0; round < 5; round += 1) {
      const [a, b] = [await createCompany(), await createCompany()];
      const answers = await Promise.all([
        rep.patch(`/companies/${a.id}/`, { parent_id: b.id }),
        rep.patch(`/companies/${b.id}/`, { parent_id: a.id }),
      ]);
      expect(answers.map((answer) => answer.status).sort()).toEqual([200, 400]);
    }
  });
});

test('statistics count what the caller may see', async () => {
  const counter = await app.createCaller('sales_rep');
  await createCompany({ company_type: 'customer', size: '1-10' }, counter);
  const old = await createCompany({}, counter);
  await app.system.database.query("UPDATE companies SET created_at = now() - interval '2 months' WHERE id = $1", [
    old.id,
  ]);
  await createCompany();
  expect((await counter.get('/companies/statistics/').expect(200)).body).toEqual({
    total: 2,
    by_type: { customer: 1, prospect: 1 },
    by_size: { '1-10': 1, unknown: 1 },
    new_this_month: 1,
  });
});

test('an empty choice or currency is a field left out of a new company', async () => {
  const { body } = await rep
    .post('/companies/', { name: 'Form', company_type: '', currency: ' ', size: '' })
    .expect(201);
  expect(body).toMatchObject({ company_type: 'prospect', currency: 'USD', size: null });
});

describe('contacts_count', () => {
  test('counts the living contacts that the reader may see, in a list as on one row', async () => {
    const company = await createCompany();
    const stranger = await app.createCaller('sales_rep');
    await admin.post('/contacts/', { first_name: 'A', last_name: 'B', company_id: company.id, owner_id: stranger.id });
    await rep.post('/contacts/', { first_name: 'C', last_name: 'D', company_id: company.id }).expect(201);
    const gone = await rep.post('/contacts/', { first_name: 'E', last_name: 'F', company_id: company.id }).expect(201);
    await admin.delete(`/contacts/${gone.body.id}/`).expect(204);
    for (const [caller, count] of [
      [rep, 1],
      [admin, 2],
    ] as const) {
      expect((await caller.get(`/companies/${company.id}/`)).body.contacts_count).toBe(count);
      const list = await caller.get(`/companies/?id=${company.id}&fields=contacts_count`).expect(200);
      expect(list.body.results).toEqual([{ id: company.id, contacts_count: count }]);
    }
  });
});

describe('the figures of a company', () => {
  test('add up the living deals that the reader may see, in its own currency', async () => {
    const company = await createCompany();
    const stranger = await app.createCaller('sales_rep');
    const sell = (fields: object, caller = rep) =>
      caller.post('/deals/', { name: 'D', company_id: company.id, ...fields }).expect(201);
    await sell({ amount: 0.1 });
    await sell({ amount: 0.2, stage: 'proposal' });
    await sell({ amount: 5, stage: 'closed_won' });
    await sell({ amount: 7, stage: 'closed_lost', lost_reason: 'Price' });
    await sell({ amount: 1000, currency: 'EUR' });
    const gone = await sell({ amount: 50 });
    await admin.delete(`/deals/${gone.body.id}/`).expect(204);
    await sell({ amount: 10_000, owner_id: stranger.id, stage: 'closed_won' }, admin);
    const mine = { deals_count: 5, open_deals_value: 0.3, total_revenue: 5, health_score: 0 };
    expect((await rep.get(`/companies/${company.id}/`)).body).toMatchObject(mine);
    const { results } = (await admin.get(`/companies/?id=${company.id}`)).body;
    expect(results[0]).toMatchObject({ deals_count: 6, total_revenue: 10_005, health_score: 15 });
  });

  test('make a score of contact, open deals and revenue, from 0 to 100', async () => {
    const company = await createCompany();
    expect(company.health_score).toBe(0);
    const { body } = await rep.post('/contacts/', { first_name: 'A', last_name: 'B', company_id: company.id });
    const contactedBefore = async (days: number) => {
      const sql = "UPDATE contacts SET last_contacted_at = now() - $2 * interval '1 day' WHERE id = $1";
      await app.system.database.query(sql, [body.id, days]);
      return (await rep.get(`/companies/${company.id}/`)).body.health_score;
    };
    expect(await contactedBefore(1)).toBe(40);
    expect(await contactedBefore(48.5)).toBe(20);
    expect(await contactedBefore(100)).toBe(0);
    await rep.post('/deals/', { name: 'D', company_id: company.id, amount: 10_000 }).expect(201);
    expect(await contactedBefore(1)).toBe(55);
    await rep.post('/deals/', { name: 'D', company_id: company.id, amount: 1e11, stage: 'closed_won' }).expect(201);
    expect(await contactedBefore(1)).toBe(85);
  });
});

describe('a company named by a new contact', () => {
  const send = (company: string, caller = rep) =>
    caller.post('/contacts/', { first_name: 'New', last_name: `Hire ${randomUUID()}`, company });

  test('is found by its name, ignoring case, accents and signs, and made when there is none', async () => {
    const { id } = await createCompany({ name: 'Café Müller, Inc.' });
    for (const name of ['Café Müller, Inc.', 'cafe muller inc', ' CAFÉ  MÜLLER INC. ']) {
      expect((await send(name).expect(201)).body.company_id).toBe(id);
    }
    const { body } = await send('Café Müller GmbH').expect(201);
    expect(body).toMatchObject({ company_name: 'Café Müller GmbH', company_id: expect.not.stringMatching(id) });
    expect((await rep.get(`/companies/${body.company_id}/`)).body).toMatchObject({ owner_id: rep.id, version: 1 });
  });

  test('of signs alone is not mistaken for another of signs alone', async () => {
    const [first, second] = [await send('!!!').expect(201), await send('???').expect(201)];
    expect(second.body).toMatchObject({ company_name: '???' });
    expect(second.body.company_id).not.toBe(first.body.company_id);
    expect((await send('!!!').expect(201)).body.company_id).toBe(first.body.company_id);
  });

  test('by many at once is made once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send('Parallel Works')));
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map((answer) => answer.body.company_id)).size).toBe(1);
    expect((await admin.get('/companies/?name=Parallel%20Works')).body.count).toBe(1);
  });

  test('that the caller may not see is not used, and not told of', async () => {
    const hidden = await createCompany({ name: 'Secret Plant' }, admin);
    const { body } = await send('Secret Plant').expect(201);
    expect(body.company_id).not.toBe(hidden.id);
  });

  test('is not made when the contact is refused', async () => {
    await rep
      .post('/contacts/', { first_name: 'New', last_name: 'Hire', email: 'taken@firm.example', company: 'First Firm' })
      .expect(201);
    const twice = { first_name: 'New', last_name: 'Hire', email: 'taken@firm.example', company: 'Second Firm' };
    await rep.post('/contacts/', twice).expect(409);
    expect((await admin.get('/companies/?name=Second%20Firm')).body.count).toBe(0);
  });
});

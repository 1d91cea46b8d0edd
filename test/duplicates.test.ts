import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadUserPrincipal } from '../src/auth/principal.ts';
import { contactDuplicates } from '../src/contacts/contact.duplicates.ts';
import { createCtx, NO_ORIGIN } from '../src/core/ctx.ts';
import { duplicatesStatement } from '../src/duplicates/refuse-duplicates.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let manager: Caller;
let rep: Caller;
let stranger: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
  rep = await app.createCaller('sales_rep');
  stranger = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const make = async (path: string, body: object, caller = rep) =>
  (await caller.post(path, body).set('X-Allow-Duplicate', 'true').expect(201)).body;
const makeFirm = (more: object = {}, caller = rep) =>
  make('/companies/', { name: `Firm ${randomUUID()}`, ...more }, caller);
const person = (more: object = {}) => ({ first_name: 'Zoë', last_name: `O'Neil ${randomUUID()}`, ...more });
const makePerson = (more: object = {}, caller = rep) => make('/contacts/', person(more), caller);

describe('a contact of the same name', () => {
  test('and company is refused with the candidate, however it is spelled, and made where it is meant', async () => {
    const firm = await makeFirm();
    const known = await makePerson({ company_id: firm.id });
    const again = { first_name: ' ZOE', last_name: known.last_name.toUpperCase(), company_id: firm.id };
    const { body } = await rep.post('/contacts/', again).expect(409);
    expect(body).toMatchObject({
      code: 'duplicate',
      candidates: [{ id: known.id, name: known.full_name, reasons: ['name_and_company'] }],
    });
    expect(body.detail).toContain('same name and company');
    expect((await rep.get(`/contacts/?company_id=${firm.id}`)).body.count).toBe(1);
    await rep.post('/contacts/', again).set('X-Allow-Duplicate', 'no').expect(409);
    await rep.post('/contacts/', again).set('X-Allow-Duplicate', 'true').expect(201);
  });

  test.each([
    [{ phone: '+49 (30) 901-820' }, { phone: '030 901820' }],
    [{ phone: '+1 202-555-0101' }, { mobile: '(202) 555 0101 ext. 7' }],
    [{ mobile: '0044 20 7946 0958' }, { phone: '+442079460958' }],
    [{ mobile: '+442079460959' }, { mobile: '02079460959' }],
  ])('and phone %j is the same as %j', async (one, other) => {
    const known = await makePerson(one);
    const { body } = await rep
      .post('/contacts/', { first_name: 'Zoe', last_name: known.last_name, ...other })
      .expect(409);
    expect(body.candidates).toEqual([{ id: known.id, name: known.full_name, reasons: ['name_and_phone'] }]);
  });

  test('is another person where nothing else is the same', async () => {
    const known = await makePerson({ phone: '+49 30 1111111', company_id: (await makeFirm()).id });
    for (const more of [{}, { phone: '+49 30 2222222' }, { phone: '123' }, { company_id: (await makeFirm()).id }]) {
      await rep.post('/contacts/', { first_name: 'Zoë', last_name: known.last_name, ...more }).expect(201);
    }
  });

  test('that is in the trash stands in nobody’s way', async () => {
    const known = await makePerson({ phone: '+49 30 3333333' });
    await admin.delete(`/contacts/${known.id}/`).expect(204);
    await rep.post('/contacts/', { first_name: 'Zoë', last_name: known.last_name, phone: known.phone }).expect(201);
  });

  test('made many times at once is made once', async () => {
    const twin = person({ phone: '+49 30 4444444' });
    const answers = await Promise.all(Array.from({ length: 8 }, () => rep.post('/contacts/', twin)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
    const made = answers.find(({ status }) => status === 201);
    for (const { status, body } of answers) if (status === 409) expect(body.candidates[0].id).toBe(made?.body.id);
  });
});

describe('an e-mail address', () => {
  test('is one contact’s, whatever is allowed; who may not read that one hears no id', async () => {
    const email = `${randomUUID()}@firm.example`;
    const known = await makePerson({ email });
    const { body } = await rep.post('/contacts/', person({ email })).set('X-Allow-Duplicate', 'true').expect(409);
    expect(body).toMatchObject({
      code: 'duplicate',
      existing_id: known.id,
      candidates: [{ id: known.id, name: known.full_name, reasons: ['email'] }],
    });
    const foreign = await stranger.post('/contacts/', person({ email })).expect(409);
    expect(foreign.body).toMatchObject({ code: 'duplicate', candidates: [] });
    expect(foreign.text).not.toContain(known.id);
    expect(foreign.text).not.toContain(known.last_name);
  });

  test('among the further ones of a contact is a likely duplicate both ways', async () => {
    const [email, other] = [`${randomUUID()}@a.example`, `${randomUUID()}@b.example`];
    const known = await makePerson({ email, emails: [{ value: other }] });
    for (const more of [{ email: other }, { emails: [{ value: email }] }]) {
      const { body } = await rep.post('/contacts/', person(more)).expect(409);
      expect(body.candidates).toEqual([{ id: known.id, name: known.full_name, reasons: ['email'] }]);
      await stranger.post('/contacts/', person(more)).expect(201);
    }
  });
});

describe('a likely duplicate that the writer may not read', () => {
  test('is not told of: the write goes through', async () => {
    const firm = await makeFirm();
    const known = await makePerson({ phone: '+49 30 5555555', company_id: firm.id }, admin);
    const theirs = { first_name: 'Zoë', last_name: known.last_name, phone: known.phone };
    await stranger.post('/contacts/', theirs).expect(201);
    await stranger.post('/companies/', { name: firm.name }).expect(201);
    await manager.post('/contacts/', theirs).expect(409);
  });
});

describe('a change', () => {
  test('is looked at when it touches what tells duplicates, and not otherwise', async () => {
    const firm = await makeFirm();
    const one = await makePerson({ company_id: firm.id });
    const other = await makePerson();
    const same = { last_name: one.last_name, company_id: firm.id };
    const { body } = await rep.patch(`/contacts/${other.id}/`, same).expect(409);
    expect(body.candidates[0].id).toBe(one.id);
    expect((await rep.get(`/contacts/${other.id}/`)).body).toMatchObject({ version: 1, company_id: null });
    await rep.patch(`/contacts/${other.id}/`, same).set('X-Allow-Duplicate', 'true').expect(200);
    await rep.patch(`/contacts/${other.id}/`, { ...same, city: 'Ulm' }).expect(200);
    await rep.patch(`/contacts/${other.id}/`, { phone: '+49 30 666666' }).expect(409);
    await stranger.patch(`/contacts/${other.id}/`, same).expect(404);
  });
});

describe('bulk', () => {
  test('refuses likely duplicates one by one, and lets them pass where they are meant', async () => {
    const twin = person({ phone: '+49 30 7777777' });
    const items = [twin, twin, person()];
    const partial = { operation: 'create', mode: 'partial', items };
    const { body } = await rep.post('/contacts/bulk/', partial).expect(200);
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([201, 409, 201]);
    expect(body.results[1].error.candidates[0].id).toBe(body.results[0].id);
    await rep.post('/contacts/bulk/', { operation: 'create', items: [twin] }).expect(400);
    await rep
      .post('/contacts/bulk/', { operation: 'create', items: [twin] })
      .set('X-Allow-Duplicate', 'true')
      .expect(200);
    const changes = { operation: 'update', ids: [body.results[2].id], changes: twin };
    await rep.post('/contacts/bulk/', changes).expect(400);
    await rep.post('/contacts/bulk/', changes).set('X-Allow-Duplicate', 'true').expect(200);
  });
});

describe('a company of the same name', () => {
  const stem = () => `Zenith ${randomUUID().slice(0, 8)}`;

  test.each(['Inc.', 'Ltd', 'GmbH & Co. KG', 'L.L.C.', 'S.A.'])('but for %s is likely the same', async (form) => {
    const name = stem();
    const { id } = await makeFirm({ name: `${name}, ${form}` });
    const { body } = await rep.post('/companies/', { name: name.toUpperCase() }).expect(409);
    expect(body.candidates).toEqual([{ id, name: `${name}, ${form}`, reasons: ['name'] }]);
    await rep.post('/companies/', { name: `${name} Bakery` }).expect(201);
  });

  test('is found by its domain in the first place, which no header lets pass', async () => {
    const domain = `${randomUUID()}.example`;
    const { id } = await makeFirm({ domain });
    const { body } = await rep
      .post('/companies/', { name: stem(), domain })
      .set('X-Allow-Duplicate', 'true')
      .expect(409);
    expect(body.candidates).toEqual([expect.objectContaining({ id, reasons: ['domain'] })]);
    expect((await stranger.post('/companies/', { name: stem(), domain }).expect(409)).body.candidates).toEqual([]);
  });

  test('of signs alone is not compared', async () => {
    await rep.post('/companies/', { name: '***' }).expect(201);
    await rep.post('/companies/', { name: '+++' }).expect(201);
  });
});

describe('the scan', () => {
  interface Found {
    score: number;
    reasons: string[];
    rows: { id: string; name: string; email: string | null }[];
  }
  const scan = async (caller: Caller, noun = 'contacts', query = '?page_size=200'): Promise<Found[]> =>
    (await caller.get(`/${noun}/duplicates/${query}`).expect(200)).body.results;
  const among = (found: Found[], ids: string[]) => found.filter(({ rows }) => rows.every(({ id }) => ids.includes(id)));

  test('ranks pairs by what they have in common, within the reader’s scope', async () => {
    const caller = await app.createCaller('sales_rep');
    const firm = await makeFirm({}, caller);
    const name = { first_name: 'Åsa', last_name: `Lind ${randomUUID()}` };
    const box = randomUUID();
    const one = await makePerson(
      { ...name, phone: '+46 8 5551234', company_id: firm.id, email: `${box}@a.example` },
      caller,
    );
    const two = await makePerson({ ...name, first_name: 'Asa', phone: '08 5551234', company_id: firm.id }, caller);
    const three = await makePerson({ ...name, email: `${box}@b.example` }, caller);
    await makePerson({ ...name, phone: '+46 8 5551234' }, admin);
    await makePerson(name, caller);
    const found = await scan(caller);
    expect(found.map(({ score, reasons, rows }) => ({ score, reasons, ids: rows.map(({ id }) => id) }))).toEqual([
      { score: 95, reasons: ['name_and_company', 'name_and_phone'], ids: [one.id, two.id].sort() },
      { score: 60, reasons: ['name_and_mailbox'], ids: [one.id, three.id].sort() },
    ]);
    expect(found[1]?.rows).toContainEqual(
      expect.objectContaining({ id: three.id, name: three.full_name, email: three.email }),
    );
    const paged = (await caller.get('/contacts/duplicates/?page_size=1&page=2').expect(200)).body;
    expect(paged).toMatchObject({ count: 2, count_is_estimate: false, next: null, results: [{ score: 60 }] });
    expect(paged.previous).toContain('page=1');
    expect(await scan(stranger)).toEqual([]);
    expect(among(await scan(admin), [one.id, two.id, three.id])).toHaveLength(2);
    await caller.delete(`/contacts/${two.id}/`).expect(403);
    await admin.delete(`/contacts/${two.id}/`).expect(204);
    expect(await scan(caller)).toHaveLength(1);
  });

  test('leaves out pairs that were said to be two, which may be written then, too', async () => {
    const caller = await app.createCaller('sales_rep');
    const name = `Twin ${randomUUID()}`;
    const [one, two] = [await makeFirm({ name }, caller), await makeFirm({ name: `${name} AG` }, caller)];
    expect(await scan(caller, 'companies')).toMatchObject([{ score: 80, reasons: ['name'] }]);
    const dismiss = (ids: unknown, who = caller) => who.post('/companies/duplicates/dismiss/', { ids });
    for (const ids of [[], [one.id], [one.id, one.id], [one.id, 'x'], [one.id, two.id, two.id], 'x', undefined]) {
      await dismiss(ids).expect(400);
    }
    await dismiss([one.id, randomUUID()]).expect(400);
    await dismiss([one.id, two.id], stranger).expect(400);
    await dismiss([one.id, two.id], await app.createCaller('viewer')).expect(403);
    expect(await scan(caller, 'companies')).toHaveLength(1);
    await dismiss([two.id, one.id]).expect(204);
    await dismiss([one.id, two.id]).expect(204);
    expect(await scan(caller, 'companies')).toEqual([]);
    await caller.patch(`/companies/${one.id}/`, { name: `${name} Ltd` }).expect(200);
    const { body } = await caller.get(`/companies/${one.id}/history/`).expect(200);
    expect(body.results.map(({ action }: { action: string }) => action)).toEqual([
      'updated',
      'duplicate_dismissed',
      'created',
    ]);
  });

  test('refuses pages that are none', async () => {
    for (const query of ['?page=0', '?page_size=201', '?page=x', '?page=1000&page_size=200', '?sort=score']) {
      await rep.get(`/contacts/duplicates/${query}`).expect(400);
    }
    await app.anonymous.get('/api/v1/contacts/duplicates/').expect(401);
    await (await app.createCaller('guest')).get('/contacts/duplicates/').expect(403);
  });
});

test('the header is told of where it counts', async () => {
  const { body } = await app.anonymous.get('/api/schema/').expect(200);
  const takes = (path: string, method: string) =>
    body.paths[path][method].parameters.some(({ name }: { name: string }) => name === 'X-Allow-Duplicate');
  for (const noun of ['contacts', 'companies']) {
    expect(takes(`/api/v1/${noun}/`, 'post')).toBe(true);
    expect(takes(`/api/v1/${noun}/bulk/`, 'post')).toBe(true);
    expect(takes(`/api/v1/${noun}/{id}/`, 'patch')).toBe(true);
    expect(takes(`/api/v1/${noun}/{id}/`, 'put')).toBe(true);
    expect(takes(`/api/v1/${noun}/`, 'get')).toBe(false);
  }
  expect(takes('/api/v1/teams/', 'post')).toBe(false);
});

type Scan = Record<string, unknown>;

/** The steps of a plan that read a table or an index, from anywhere in its tree. */
function scansOf(plan: unknown): Scan[] {
  if (plan === null || typeof plan !== 'object') return [];
  const below = Object.values(plan).flatMap(scansOf);
  return 'Relation Name' in plan ? [plan as Scan, ...below] : below;
}

test('among 20,000 contacts the check reads its indexes and never the table', async () => {
  const { database } = app.system;
  await database.query(
    `INSERT INTO contacts (id, first_name, last_name, email, phone, mobile, owner_id)
     SELECT gen_random_uuid(), 'Many', 'Person ' || (n % 5000), 'many' || n || '@scan.example', '+49 30 ' || (100000 + n),
       '+49 170 ' || (100000 + n), $1 FROM generate_series(1, 20000) n`,
    [rep.id],
  );
  await database.query('ANALYZE contacts');
  const [row] = await database.query<{ id: string }>("SELECT id FROM contacts WHERE email = 'many77@scan.example'");
  for (const caller of [admin, rep]) {
    const loaded = await loadUserPrincipal(database, caller.id);
    if (!loaded) throw new Error('no such user');
    const ctx = createCtx(app.system, loaded.principal, NO_ORIGIN);
    const { text, values } = duplicatesStatement(ctx, contactDuplicates, row?.id ?? '');
    const [plan] = await database.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    const scans = scansOf(plan?.['QUERY PLAN']).filter((scan) => scan['Relation Name'] === 'contacts');
    expect(scans.map((scan) => scan['Index Name'])).toContain('contacts_name_phone_idx');
    for (const scan of scans) {
      expect(scan['Node Type']).not.toBe('Seq Scan');
      expect(scan['Actual Rows']).toBeLessThan(10);
    }
    // Every 5,000th has the same name and nothing else in common.
    expect((await caller.get('/contacts/duplicates/?page_size=1').expect(200)).body.count_is_estimate).toBe(false);
  }
});

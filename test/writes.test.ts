import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  for (const name of ['a', 'b']) await defineField(app, { entity: 'contacts', name, field_type: 'integer' });
});
afterAll(() => app.close());

const createContact = async (more: object = {}) =>
  (await rep.post('/contacts/', { first_name: 'Ada', last_name: 'Lovelace', ...more }).expect(201)).body;

describe('PATCH', () => {
  test('leaves what is not given, clears with null and with an empty string, and counts versions', async () => {
    const { id } = await createContact({
      job_title: 'Countess',
      city: 'London',
      country: 'gb',
      website: 'https://a.b',
    });
    const { body, headers } = await rep
      .patch(`/contacts/${id}/`, { job_title: null, country: '', website: ' ', company_id: '', salutation: '' })
      .expect(200);
    expect(body).toMatchObject({ job_title: null, country: null, website: null, city: 'London', version: 2 });
    expect(headers.etag).toBe('"2"');
    expect((await rep.get(`/contacts/${id}/`)).headers.etag).toBe('"2"');
  });

  test.each([{ first_name: null }, { first_name: '  ' }, { status: null }, { status: '' }, { do_not_email: null }])(
    'cannot clear what must be there: %j',
    async (change) => {
      const { id } = await createContact();
      const { body } = await rep.patch(`/contacts/${id}/`, change).expect(400);
      expect(body.errors[0].field).toBe(Object.keys(change)[0]);
    },
  );

  test('clears lists and objects with null', async () => {
    const full = { tags: ['a'], custom_fields: { a: 1 }, emails: [{ value: 'a@b.example' }], external_ids: { a: 'b' } };
    const { id } = await createContact({ ...full, phones: [{ value: '123' }], consent: { mail: true } });
    const nothing = { tags: null, custom_fields: null, emails: null, phones: null, consent: null, external_ids: null };
    const empty = { tags: [], custom_fields: {}, emails: [], phones: [], consent: {}, external_ids: {} };
    expect((await rep.patch(`/contacts/${id}/`, nothing).expect(200)).body).toMatchObject({ ...empty, version: 2 });
    const made = await rep.post('/contacts/', { first_name: 'No', last_name: 'Thing', ...nothing }).expect(201);
    expect(made.body).toMatchObject(empty);
  });

  test('that changes nothing makes no version and no event', async () => {
    const contact = await createContact({ email: `${randomUUID()}@x.example`, tags: ['a'] });
    const same = { email: contact.email.toUpperCase(), tags: ['a', 'a'], first_name: ' Ada ', city: null };
    expect((await rep.patch(`/contacts/${contact.id}/`, same).expect(200)).body).toEqual(contact);
    expect((await rep.patch(`/contacts/${contact.id}/`).expect(200)).body).toEqual(contact);
    expect((await rep.get(`/contacts/${contact.id}/history/`)).body.results).toHaveLength(1);
  });
});

test('PUT replaces everything but who holds the row', async () => {
  const contact = await createContact({ city: 'London', tags: ['a'], status: 'lead', phone: '+44 20 1234' });
  const { body } = await rep.put(`/contacts/${contact.id}/`, { first_name: 'Grace', last_name: 'Hopper' }).expect(200);
  expect(body).toMatchObject({ first_name: 'Grace', city: null, tags: [], status: 'active', phone: null, version: 2 });
  expect(body).toMatchObject({ owner_id: rep.id, created_by_id: rep.id, created_at: contact.created_at });
  const refused = await rep.put(`/contacts/${contact.id}/`, { first_name: 'Half' }).expect(400);
  expect(refused.body.errors).toEqual([expect.objectContaining({ field: 'last_name', code: 'required' })]);
});

test('history says who changed which field from what to what', async () => {
  const { id } = await createContact({ city: 'London' });
  await admin.patch(`/contacts/${id}/`, { city: 'Turin', status: 'lead' }).expect(200);
  const { body } = await rep.get(`/contacts/${id}/history/?page_size=1`).expect(200);
  expect(body.results).toMatchObject([
    {
      action: 'updated',
      version: 2,
      actor: { id: admin.id, name: 'admin Tester' },
      changes: { city: ['London', 'Turin'], status: ['active', 'lead'] },
    },
  ]);
  const older = await rep.get(body.next.replace(/^.*\/api\/v1/, '')).expect(200);
  expect(older.body).toMatchObject({ results: [{ action: 'created', version: 1 }], next: null });
});

describe('If-Match', () => {
  test('lets the current version through', async () => {
    const { id } = await createContact();
    await rep.patch(`/contacts/${id}/`, { city: 'Rome' }).set('If-Match', '"1"').expect(200);
    await rep.patch(`/contacts/${id}/`, { city: 'Bonn' }).set('If-Match', '*').expect(200);
  });

  test('of an older version is merged when the fields do not overlap', async () => {
    const { id } = await createContact();
    await admin.patch(`/contacts/${id}/`, { city: 'Rome' }).expect(200);
    const { body } = await rep.patch(`/contacts/${id}/`, { job_title: 'Poet' }).set('If-Match', '"1"').expect(200);
    expect(body).toMatchObject({ city: 'Rome', job_title: 'Poet', version: 3 });
  });

  test('of an older version is a 412 with current and fields when they overlap', async () => {
    const { id } = await createContact();
    await admin.patch(`/contacts/${id}/`, { city: 'Rome', state: 'RM' }).expect(200);
    await admin.patch(`/contacts/${id}/`, { phone: '12345' }).expect(200);
    const change = { city: 'Bonn', job_title: 'Poet' };
    const { body } = await rep.patch(`/contacts/${id}/`, change).set('If-Match', '"1"').expect(412);
    expect(body).toMatchObject({
      code: 'version_mismatch',
      errors: [{ field: 'city' }],
      current: { id, city: 'Rome', version: 3 },
    });
    expect((await rep.get(`/contacts/${id}/`)).body).toMatchObject({ city: 'Rome', job_title: null, version: 3 });
  });

  test('holds for PUT and DELETE as well, for good too', async () => {
    const { id } = await createContact();
    await admin.patch(`/contacts/${id}/`, { city: 'Rome' }).expect(200);
    const whole = { first_name: 'A', last_name: 'B' };
    await rep.put(`/contacts/${id}/`, whole).set('If-Match', '"1"').expect(412);
    await admin.delete(`/contacts/${id}/`).set('If-Match', '"1"').expect(412);
    await admin.delete(`/contacts/${id}/?permanent=true`).set('If-Match', '"1"').expect(412);
    await admin.delete(`/contacts/${id}/`).set('If-Match', '"2"').expect(204);
    const { body } = await admin.delete(`/contacts/${id}/?permanent=true`).set('If-Match', '"2"').expect(412);
    expect(body.current).toMatchObject({ id, version: 3 });
    await admin.delete(`/contacts/${id}/?permanent=true`).set('If-Match', '"3"').expect(204);
  });

  test.each(['"7"', '"0"', '1', 'W/"1"', '"1", "2"', '"x"', '', '"99999999999999999999"', '"-1"'])(
    'that is no version of the row is a 412: %s',
    async (etag) => {
      const { id } = await createContact();
      const { body } = await rep.patch(`/contacts/${id}/`, { city: 'Rome' }).set('If-Match', etag).expect(412);
      expect(body.current).toMatchObject({ id, version: 1 });
    },
  );

  test('two changes of one version at once: one of them is told', async () => {
    const { id } = await createContact();
    const answers = await Promise.all(
      ['Rome', 'Bonn'].map((city) => rep.patch(`/contacts/${id}/`, { city }).set('If-Match', '"1"')),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
  });
});

describe('Idempotency-Key', () => {
  const person = { first_name: 'Once', last_name: 'Only' };
  const countOnce = async () => (await admin.get('/contacts/?first_name=Once&count=exact')).body.count;

  test('replays the first answer, whatever came between', async () => {
    const [key, before] = [randomUUID(), await countOnce()];
    const first = await rep.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    await rep.patch(`/contacts/${first.body.id}/`, { city: 'Rome' }).expect(200);
    const again = await rep.post('/contacts', person).set('Idempotency-Key', key).expect(201);
    expect(again.headers).toMatchObject({
      'idempotent-replayed': 'true',
      etag: '"1"',
      location: first.headers.location,
    });
    expect(again.body).toEqual(first.body);
    expect(await countOnce()).toBe(before + 1);
  });

  test('replays a PATCH', async () => {
    const { id } = await createContact();
    const send = () => rep.patch(`/contacts/${id}/`, { city: 'Rome' }).set('Idempotency-Key', 'patch');
    expect((await send().expect(200)).body.version).toBe(2);
    await rep.patch(`/contacts/${id}/`, { city: 'Bonn' }).expect(200);
    expect((await send().expect(200)).body).toMatchObject({ version: 2, city: 'Rome' });
    expect((await rep.get(`/contacts/${id}/`)).body.city).toBe('Bonn');
  });

  test('with another body is a 422', async () => {
    const key = randomUUID();
    await rep.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
    const { body } = await rep
      .post('/contacts/', { ...person, city: 'X' })
      .set('Idempotency-Key', key)
      .expect(422);
    expect(body.code).toBe('idempotency_mismatch');
  });

  test('knows its body and its path however they are spelled', async () => {
    const key = randomUUID();
    const body = { first_name: 'Once', last_name: 'Only', custom_fields: { a: 1, b: 1 } };
    const first = await rep.post('/contacts/', body).set('Idempotency-Key', key).expect(201);
    const turned = { custom_fields: { b: 1, a: 1 }, last_name: 'Only', first_name: 'Once' };
    const again = await rep.post('/contacts/', turned).set('Idempotency-Key', key).expect(201);
    expect(again.body.id).toBe(first.body.id);
    const send = (id: string) => rep.patch(`/contacts/${id}/`, { city: 'Rome' }).set('Idempotency-Key', 'case');
    await send(first.body.id).expect(200);
    expect((await send(first.body.id.toUpperCase()).expect(200)).headers['idempotent-replayed']).toBe('true');
  });

  test('belongs to one caller and one route', async () => {
    const key = randomUUID();
    const mine = await rep.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
    const theirs = await admin.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
    expect(theirs.body.id).not.toBe(mine.body.id);
    await rep.post('/companies/', { name: 'Once' }).set('Idempotency-Key', key).expect(201);
    await rep.patch(`/contacts/${mine.body.id}/`, person).set('Idempotency-Key', key).expect(200);
  });

  test('is not used up by a request that failed', async () => {
    const key = randomUUID();
    await rep
      .post('/contacts/', { ...person, email: 'no' })
      .set('Idempotency-Key', key)
      .expect(400);
    await rep.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
  });

  test('sent many times at once writes once; the others wait for a 409 or the answer', async () => {
    const [key, before] = [randomUUID(), await countOnce()];
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => rep.post('/contacts/', person).set('Idempotency-Key', key)),
    );
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect(new Set(answers.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1);
    expect(await countOnce()).toBe(before + 1);
  });

  test('while the first request runs is a 409', async () => {
    const { id } = await createContact();
    const key = randomUUID();
    const send = () => rep.patch(`/contacts/${id}/`, { city: 'Rome' }).set('Idempotency-Key', key);
    await app.system.database.transaction(async (db) => {
      await db.query('SELECT 1 FROM contacts WHERE id = $1 FOR UPDATE', [id]);
      const first = send().then((answer) => answer.status);
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect((await send().expect(409)).body.detail).toMatch(/still running/);
      void first;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await send().expect(200)).headers['idempotent-replayed']).toBe('true');
  });

  test('has 1 to 255 characters', async () => {
    await rep.post('/contacts/', person).set('Idempotency-Key', 'x'.repeat(255)).expect(201);
    await rep.post('/contacts/', person).set('Idempotency-Key', 'x'.repeat(256)).expect(400);
    await rep.post('/contacts/', person).set('Idempotency-Key', '').expect(400);
  });

  test('is forgotten after 24 hours', async () => {
    const key = randomUUID();
    const first = await rep.post('/contacts/', person).set('Idempotency-Key', key).expect(201);
    await app.system.database.query("UPDATE idempotency_keys SET created_at = now() - interval '25 hours'");
    const second = await rep
      .post('/contacts/', { ...person, city: 'X' })
      .set('Idempotency-Key', key)
      .expect(201);
    expect(second.body.id).not.toBe(first.body.id);
  });
});

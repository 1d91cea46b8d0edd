import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createSystemCtx } from '../src/core/ctx.ts';
import { purgeField } from '../src/custom-fields/field-purge.service.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import { type Caller, requestsWith } from './support/caller.ts';
import { buildIndexes, defineField } from './support/custom-fields.ts';
import { eventually } from './support/eventually.ts';
import { openTwin } from './support/twin.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let viewer: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  viewer = await app.createCaller('viewer');
});
afterAll(() => app.close());

const NAMES = { first_name: 'Ada', last_name: 'Lovelace' };
const create = (custom_fields: object, caller = admin) => caller.post('/contacts/', { ...NAMES, custom_fields });
const stored = async (id: string) =>
  (await app.system.database.query('SELECT custom_fields FROM contacts WHERE id = $1', [id]))[0]?.custom_fields;

describe('definitions', () => {
  test('are read by anyone signed in and written with manage_settings', async () => {
    const field = { entity: 'contacts', name: 'by_whom', label: 'By whom', field_type: 'text' };
    for (const caller of [rep, viewer]) {
      expect((await caller.post('/custom-fields/', field).expect(403)).body.permission).toBe('manage_settings');
    }
    const { body } = await admin.post('/custom-fields/', field).expect(201);
    expect(body).toMatchObject({ ...field, options: {}, required: false, default: null, index_status: 'none' });
    expect((await viewer.get(`/custom-fields/${body.id}/`).expect(200)).body.name).toBe('by_whom');
    await rep.patch(`/custom-fields/${body.id}/`, { label: 'X' }).expect(403);
    await rep.delete(`/custom-fields/${body.id}/`).expect(403);
    await app.anonymous.get('/api/v1/custom-fields/').expect(401);
  });

  test.each([
    [{ entity: 'contact' }, 'entity', /Did you mean contacts/],
    [{ entity: 'users' }, 'entity', /No such noun/],
    [{ name: 'Tier' }, 'name', /lower-case/],
    [{ name: '__proto__' }, 'name', /lower-case/],
    [{ name: 'constructor' }, 'name', /reserved/],
    [{ name: "x'||pg_sleep(9)||'" }, 'name', /lower-case/],
    [{ name: `a${'b'.repeat(41)}` }, 'name', /at most 41/],
    [{ field_type: 'json' }, 'field_type', /Choose one of/],
    [{ field_type: 'select' }, 'options', /list/],
    [{ field_type: 'select', options: [] }, 'options', /at least one/],
    [{ field_type: 'select', options: ['a', 'a'] }, 'options', /twice/],
    [{ field_type: 'select', options: ['a,b'] }, 'options', /./],
    [{ field_type: 'text', options: ['a'] }, 'options', /no choices/],
    [{ field_type: 'text', options: { min: 1 } }, 'options.min', /no min/],
    [{ field_type: 'text', options: { max_length: 501 } }, 'options.max_length', /long_text/],
    [{ field_type: 'integer', options: { min: 5, max: 1 } }, 'options.min', /above/],
    [{ field_type: 'relation' }, 'options.entity', /./],
    [{ field_type: 'relation', options: { entity: 'pg_class' } }, 'options', /./],
    [{ field_type: 'boolean', unique: true }, 'unique', /cannot be unique/],
    [{ field_type: 'long_text', is_filterable: true }, 'is_filterable', /cannot be filtered/],
    [{ field_type: 'integer', default: 'x' }, 'default', /number/],
    [{ field_type: 'integer', options: { max: 3 }, default: 4 }, 'default', /at most 3/],
    [{ unique: true, default: 'x' }, 'default', /unique/],
    [{ index_status: 'ready' }, 'index_status', /Unknown field/],
  ])('%j is refused', async (facts, at, message) => {
    const field = { entity: 'contacts', name: 'wrong', label: 'Wrong', field_type: 'text', ...facts };
    const { body } = await admin.post('/custom-fields/', field).expect(400);
    expect(body.errors[0].field).toMatch(new RegExp(`^${at}`));
    expect(body.errors[0].message).toMatch(message);
  });

  test('keep their noun, name and type, and a name is taken while archived', async () => {
    const field = await defineField(app, { entity: 'contacts', name: 'fixed' });
    for (const change of [{ name: 'other' }, { entity: 'companies' }, { field_type: 'integer' }]) {
      const { body } = await admin.patch(`/custom-fields/${field.id}/`, change).expect(400);
      expect(body.errors[0]).toMatchObject({ field: Object.keys(change)[0], code: 'fixed' });
    }
    await admin.patch(`/custom-fields/${field.id}/`, { name: 'fixed', label: 'Renamed' }).expect(200);
    await admin.delete(`/custom-fields/${field.id}/`).expect(204);
    const again = { entity: 'contacts', name: 'fixed', label: 'Again', field_type: 'text' };
    const { body } = await admin.post('/custom-fields/', again).expect(409);
    expect(body).toMatchObject({ code: 'duplicate', existing_id: field.id });
    await defineField(app, { ...again, entity: 'companies' });
  });

  test('of one name made twice at once are one', async () => {
    const field = { entity: 'companies', name: 'at_once', label: 'At once', field_type: 'text' };
    const answers = await Promise.all([1, 2, 3].map(() => admin.post('/custom-fields/', field)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  test('are 200 active ones at most', async () => {
    await app.system.database.query(
      `INSERT INTO custom_fields (id, entity, name, label, field_type)
       SELECT gen_random_uuid(), 'deals', 'many_' || n, 'Many', 'text' FROM generate_series(1, 200) n`,
    );
    const field = { entity: 'deals', name: 'one_more', label: 'More', field_type: 'text' };
    expect((await admin.post('/custom-fields/', field).expect(409)).body.detail).toMatch(/200/);
    await admin.post('/custom-fields/', { ...field, is_active: false }).expect(201);
  });

  test('of a select keep a choice that is left out, no longer offered', async () => {
    const field = await defineField(app, {
      entity: 'contacts',
      name: 'grade',
      field_type: 'select',
      options: ['a', { value: 'b', label: 'B!', color: 'red' }],
    });
    expect(field.options).toEqual([
      { value: 'a', label: 'a', color: null, is_active: true },
      { value: 'b', label: 'B!', color: 'red', is_active: true },
    ]);
    const { body: held } = await create({ grade: 'b' }).expect(201);
    const { body } = await admin.patch(`/custom-fields/${field.id}/`, { options: ['c', 'a'] }).expect(200);
    expect(body.options.map((each: { value: string; is_active: boolean }) => [each.value, each.is_active])).toEqual([
      ['c', true],
      ['a', true],
      ['b', false],
    ]);
    expect((await create({ grade: 'b' }).expect(400)).body.errors[0].field).toBe('custom_fields.grade');
    // What the row holds stays, also where it is sent again.
    await admin.patch(`/contacts/${held.id}/`, { custom_fields: { grade: 'b' } }).expect(200);
    expect((await admin.get(`/contacts/${held.id}/`)).body.custom_fields).toEqual({ grade: 'b' });
  });
});

describe('values', () => {
  let company: string;
  beforeAll(async () => {
    company = (await admin.post('/companies/', { name: 'Target' }).expect(201)).body.id;
    const types = {
      t_text: 'text',
      t_long: 'long_text',
      t_integer: 'integer',
      t_decimal: 'decimal',
      t_boolean: 'boolean',
      t_date: 'date',
      t_datetime: 'datetime',
      t_url: 'url',
      t_email: 'email',
      t_phone: 'phone',
      t_currency: 'currency',
      t_user: 'user',
    };
    for (const [name, field_type] of Object.entries(types)) {
      await defineField(app, { entity: 'contacts', name, field_type });
    }
    await defineField(app, { entity: 'contacts', name: 't_multi', field_type: 'multi_select', options: ['x', 'y'] });
    const options = { entity: 'companies' };
    await defineField(app, { entity: 'contacts', name: 't_relation', field_type: 'relation', options });
    const bounds = { min: 1, max: 9 };
    await defineField(app, { entity: 'contacts', name: 't_bounded', field_type: 'integer', options: bounds });
  });

  test.each([
    ['t_text', '  a "quoted" word ', 'a "quoted" word'],
    ['t_long', 'a\nb'.repeat(1000), 'a\nb'.repeat(1000)],
    ['t_integer', 42, 42],
    ['t_decimal', 0.1, 0.1],
    ['t_decimal', -12345678.123456, -12345678.123456],
    ['t_boolean', false, false],
    ['t_date', '2024-02-29', '2024-02-29'],
    ['t_datetime', '2026-01-31T10:00:00+02:00', '2026-01-31T08:00:00.000Z'],
    ['t_datetime', '2026-01-31T10:00', '2026-01-31T10:00:00.000Z'],
    ['t_url', 'https://example.com/a', 'https://example.com/a'],
    ['t_email', 'Ada@Example.COM', 'ada@example.com'],
    ['t_phone', '+44 20 7946 0000', '+44 20 7946 0000'],
    ['t_currency', 1234.5, 1234.5],
    ['t_multi', ['y', 'x', 'y'], ['y', 'x']],
    ['t_bounded', 9, 9],
  ])('%s takes %j', async (name, value, expected) => {
    const { body } = await create({ [name]: value }).expect(201);
    expect(body.custom_fields).toEqual({ [name]: expected });
    expect(await stored(body.id)).toEqual({ [name]: expected });
  });

  test.each([
    ['t_text', 5],
    ['t_text', 'x'.repeat(501)],
    ['t_text', ['x']],
    ['t_integer', 1.5],
    ['t_integer', '5'],
    ['t_integer', 1e15],
    ['t_decimal', 0.1234567],
    ['t_decimal', 12345678901.23456],
    ['t_boolean', 'true'],
    ['t_date', '2026-02-30'],
    ['t_date', '2026-01-01T00:00:00Z'],
    ['t_datetime', 'yesterday'],
    ['t_datetime', '2026-02-30T00:00:00Z'],
    ['t_url', 'javascript:alert(1)'],
    ['t_email', 'nobody'],
    ['t_phone', 'x'],
    ['t_currency', 1.005],
    ['t_multi', ['x', 'z']],
    ['t_multi', 'x'],
    ['t_bounded', 10],
    ['t_user', '00000000-0000-0000-0000-000000000000'],
    ['t_user', 'x'],
  ])('%s refuses %j', async (name, value) => {
    const { body } = await create({ [name]: value }).expect(400);
    expect(body.errors[0].field).toMatch(new RegExp(`^custom_fields\\.${name}`));
    expect(body.detail).toMatch(/[.]$/);
  });

  test('are cleared by null, by empty text and by an empty list', async () => {
    const { body } = await create({ t_text: 'a', t_multi: ['x'], t_integer: 1, t_boolean: true }).expect(201);
    const cleared = { t_text: '', t_multi: [], t_integer: null };
    await admin.patch(`/contacts/${body.id}/`, { custom_fields: cleared }).expect(200);
    expect(await stored(body.id)).toEqual({ t_boolean: true });
    await admin.patch(`/contacts/${body.id}/`, { custom_fields: {} }).expect(200);
    expect(await stored(body.id)).toEqual({ t_boolean: true });
    await admin.patch(`/contacts/${body.id}/`, { custom_fields: null }).expect(200);
    expect(await stored(body.id)).toEqual({});
  });

  test('name rows that the writer may read', async () => {
    expect((await create({ t_relation: company, t_user: rep.id }).expect(201)).body.custom_fields).toEqual({
      t_relation: company,
      t_user: rep.id,
    });
    const { body } = await create({ t_relation: company }, rep).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'custom_fields.t_relation', code: 'not_found' });
    await create({ t_user: admin.id }, rep).expect(201);
  });

  test('of unknown names are refused with the nearest, prototypes included', async () => {
    const { body } = await create({ t_txt: 'a' }).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'custom_fields.t_txt', code: 'unknown_field' });
    expect(body.errors[0].message).toMatch(/Did you mean t_text/);
    for (const name of ['constructor', 'prototype', '__proto__', 'toString', 'hasOwnProperty']) {
      const text = `{"first_name":"a","last_name":"b","custom_fields":{"${name}":"x"}}`;
      await admin.post('/contacts/').set('Content-Type', 'application/json').send(text).expect(400);
    }
    // Where no field is defined, none is taken.
    const nothing = await admin.post('/products/', { name: 'P', price: 1, custom_fields: { a: 1 } });
    expect(nothing.status).toBe(400);
  });

  test('hold in bulk as well', async () => {
    const items = [
      { ...NAMES, custom_fields: { t_integer: 1 } },
      { ...NAMES, custom_fields: { t_integer: 'x' } },
    ];
    const { body } = await admin.post('/contacts/bulk/', { operation: 'create', mode: 'partial', items }).expect(200);
    expect(body.results.map((each: { status: number }) => each.status)).toEqual([201, 400]);
  });

  test('are merged by key by PATCH and replaced by PUT, and the audit log tells each by itself', async () => {
    const { body } = await create({ t_text: 'a', t_integer: 1 }).expect(201);
    const path = `/contacts/${body.id}/`;
    await admin.patch(path, { custom_fields: { t_integer: 2 } }).expect(200);
    expect(await stored(body.id)).toEqual({ t_text: 'a', t_integer: 2 });
    await admin.put(path, { ...NAMES, custom_fields: { t_boolean: true } }).expect(200);
    expect(await stored(body.id)).toEqual({ t_boolean: true });
    const { results } = (await admin.get(`${path}history/`).expect(200)).body;
    expect(results.map((each: { changes: object }) => each.changes)).toEqual([
      {
        'custom_fields.t_text': ['a', null],
        'custom_fields.t_integer': [2, null],
        'custom_fields.t_boolean': [null, true],
      },
      { 'custom_fields.t_integer': [1, 2] },
      expect.objectContaining({ 'custom_fields.t_text': [null, 'a'], 'custom_fields.t_integer': [null, 1] }),
    ]);
    // As of an instant, each is as it was.
    const [made] = results.slice(-1);
    const { body: past } = await admin.get(`${path}history/?as_of=${made.created_at}`).expect(200);
    expect(past.custom_fields).toEqual({ t_text: 'a', t_integer: 1 });
    // The same again is no change.
    const { headers } = await admin.patch(path, { custom_fields: { t_boolean: true } }).expect(200);
    expect(headers.etag).toBe('"3"');
  });

  test('of different names that two people change at once are both kept, of one name are refused', async () => {
    const { body, headers } = await create({ t_text: 'a', t_integer: 1 }).expect(201);
    const path = `/contacts/${body.id}/`;
    const change = (custom_fields: object) => admin.patch(path, { custom_fields }).set('If-Match', headers.etag ?? '');
    await change({ t_text: 'b' }).expect(200);
    await change({ t_integer: 2 }).expect(200);
    const stale = await change({ t_text: 'c' }).expect(412);
    expect(stale.body.errors.map((each: { field: string }) => each.field)).toEqual(['custom_fields.t_text']);
    expect(await stored(body.id)).toEqual({ t_text: 'b', t_integer: 2 });
  });
});

describe('a field of companies that is', () => {
  const make = (custom_fields?: object, caller = admin) =>
    caller.post('/companies/', { name: `Co ${Math.random()}`, custom_fields });
  const retire = (id: string) => admin.delete(`/custom-fields/${id}/`).expect(204);

  test('required must be given and may not be cleared', async () => {
    const { id } = await defineField(app, { entity: 'companies', name: 'needed', required: true });
    const { body: refused } = await make().expect(400);
    expect(refused.errors).toEqual([expect.objectContaining({ field: 'custom_fields.needed', code: 'required' })]);
    await make({ needed: null }).expect(400);
    const { body } = await make({ needed: 'x' }).expect(201);
    await admin.patch(`/companies/${body.id}/`, { custom_fields: { needed: '' } }).expect(400);
    await admin.put(`/companies/${body.id}/`, { name: 'New' }).expect(400);
    await admin.patch(`/companies/${body.id}/`, { name: 'Other' }).expect(200);
    await retire(id);
  });

  test('given a default has it where nothing is given', async () => {
    const { id } = await defineField(app, { entity: 'companies', name: 'seats', field_type: 'integer', default: 5 });
    expect((await make().expect(201)).body.custom_fields).toEqual({ seats: 5 });
    expect((await make({ seats: null }).expect(201)).body.custom_fields).toEqual({});
    const { body } = await make({ seats: 7 }).expect(201);
    expect((await admin.put(`/companies/${body.id}/`, { name: 'B' }).expect(200)).body.custom_fields.seats).toBe(5);
    await retire(id);
  });

  test('indexes of many fields of one table are built side by side', async () => {
    const names = Array.from({ length: 10 }, (_, index) => `side_by_side_${index}`);
    const fields = await Promise.all(
      names.map((name) => defineField(app, { entity: 'leads', name, is_filterable: true })),
    );
    await Promise.all(fields.map(({ id }) => buildIndexes(app, id)));
    const { body } = await admin.get(`/custom-fields/?id__in=${fields.map(({ id }) => id)}&page_size=20`).expect(200);
    const stands = body.results.map(({ index_status, index_error }: Record<string, unknown>) => [
      index_status,
      index_error,
    ]);
    expect(stands).toEqual(fields.map(() => ['ready', null]));
  }, 60_000);

  test('unique is so, before its index stands and after, and where many write at once', async () => {
    const { id } = await defineField(app, { entity: 'companies', name: 'vat', unique: true });
    const { body: first } = await make({ vat: 'DE1' }).expect(201);
    for (const isBuilt of [false, true]) {
      if (isBuilt) await buildIndexes(app, id);
      const { body } = await make({ vat: 'DE1' }).expect(409);
      expect(body).toMatchObject({ code: 'duplicate', existing_id: first.id });
      expect(body.errors[0].field).toBe('custom_fields.vat');
      expect((await make({ vat: 'DE1' }, rep).expect(409)).body.existing_id).toBeUndefined();
      const answers = await Promise.all([1, 2, 3, 4].map(() => make({ vat: `at once ${isBuilt}` })));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    }
    expect((await admin.get(`/custom-fields/${id}/`)).body.index_status).toBe('ready');
    const { body: second } = await make({ vat: 'DE2' }).expect(201);
    await admin.patch(`/companies/${second.id}/`, { custom_fields: { vat: 'DE1' } }).expect(409);
    await admin.patch(`/companies/${first.id}/`, { custom_fields: { vat: 'DE1' }, name: 'Same' }).expect(200);
    await admin.delete(`/companies/${first.id}/`).expect(204);
    await admin.patch(`/companies/${second.id}/`, { custom_fields: { vat: 'DE1' } }).expect(200);
    await admin.post(`/companies/${first.id}/restore/`).expect(409);
    await retire(id);
  });

  test('to be unique must be so already', async () => {
    const { id } = await defineField(app, { entity: 'companies', name: 'plate' });
    for (const _ of [1, 2]) await make({ plate: 'same' }).expect(201);
    const { body } = await admin.patch(`/custom-fields/${id}/`, { unique: true }).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'unique', code: 'repeated' });
    await retire(id);
  });
});

describe('an archived field', () => {
  test('is neither shown nor taken, comes back with its values, and is purged from all rows', async () => {
    const field = await defineField(app, { entity: 'contacts', name: 'old_rank', is_filterable: true });
    const { body: row } = await create({ old_rank: 'top' }).expect(201);
    const { body: trashed } = await create({ old_rank: 'low' }).expect(201);
    await admin.delete(`/contacts/${trashed.id}/`).expect(204);
    await buildIndexes(app, field.id);
    const path = `/contacts/${row.id}/`;
    await admin.delete(`/custom-fields/${field.id}/?permanent=true`).expect(409);

    await admin.delete(`/custom-fields/${field.id}/`).expect(204);
    expect((await admin.get(path)).body.custom_fields).toEqual({});
    expect((await admin.get(`/contacts/?id=${row.id}`)).body.results[0].custom_fields).toEqual({});
    const renamed = await admin.patch(path, { first_name: 'Eve' }).expect(200);
    expect(renamed.body.custom_fields).toEqual({});
    await create({ old_rank: 'x' }).expect(400);
    await admin.get('/contacts/?custom_fields.old_rank=top').expect(400);
    await admin.put(path, NAMES).expect(200);
    expect((await admin.get(`${path}history/`)).text).not.toContain('old_rank');
    const schema = (await app.anonymous.get('/api/schema/').expect(200)).text;
    expect(schema).not.toContain('old_rank');

    await admin.post(`/custom-fields/${field.id}/restore/`).expect(200);
    expect((await admin.get(path)).body.custom_fields).toEqual({ old_rank: 'top' });
    await admin.delete(`/custom-fields/${field.id}/`).expect(204);

    await rep.delete(`/custom-fields/${field.id}/?permanent=true`).expect(403);
    await admin.delete(`/custom-fields/${field.id}/?permanent=true`).expect(204);
    await admin.delete(`/custom-fields/${field.id}/?permanent=true`).expect(409);
    await admin.post(`/custom-fields/${field.id}/restore/`).expect(409);
    const waiting = await eventually(
      () => app.system.database.query("SELECT data FROM agenda_jobs WHERE name = 'purge_custom_field'"),
      (rows) => rows.length > 0,
    );
    const request = waiting[0]?.data as Parameters<typeof purgeField>[1];
    expect(request).toEqual({ id: field.id, requested_by: { id: admin.id, name: expect.any(String) } });
    await Promise.all([1, 2].map(() => purgeField(createSystemCtx(app.system), request)));

    expect([await stored(row.id), await stored(trashed.id)]).toEqual([{}, {}]);
    const events = await app.system.database.query(
      "SELECT actor_id, metadata FROM audit_logs WHERE event = 'custom_field.purged'",
    );
    expect(events).toEqual([
      { actor_id: admin.id, metadata: expect.objectContaining({ entity: 'contacts', name: 'old_rank' }) },
    ]);
    const indexes = `SELECT 1 FROM pg_class WHERE relname LIKE 'cf_${field.id.replaceAll('-', '')}%'`;
    expect(await app.system.database.query(indexes)).toEqual([]);

    await defineField(app, { entity: 'contacts', name: 'old_rank' });
    expect((await admin.get(path)).body.custom_fields).toEqual({});
    expect((await admin.get(`${path}history/`)).text).not.toContain('old_rank');
    expect((await admin.get(`${path}activities/`).expect(200)).text).not.toContain('old_rank');
  });
});

describe('a new definition', () => {
  test('is known to another process within a second, and so is its end', async () => {
    const twin = await openTwin(app);
    try {
      const there = requestsWith(twin.url, admin.access);
      const post = () => there.post('/contacts/', { ...NAMES, custom_fields: { anywhere: 'x' } });
      expect((await post()).status).toBe(400);
      const field = await defineField(app, { entity: 'contacts', name: 'anywhere' });
      expect((await eventually(post, ({ status }) => status === 201)).status).toBe(201);
      await admin.delete(`/custom-fields/${field.id}/`).expect(204);
      expect((await eventually(post, ({ status }) => status === 400)).status).toBe(400);
      // Where it was made, it holds from the very next request on.
      await admin.post(`/custom-fields/${field.id}/restore/`).expect(200);
      await create({ anywhere: 'x' }).expect(201);
    } finally {
      await twin.close();
    }
  });

  test('stands in the OpenAPI document at once', async () => {
    const options = ['red', 'blue'];
    await defineField(app, { entity: 'companies', name: 'paint', field_type: 'select', options, required: true });
    const { paths } = (await app.anonymous.get('/api/schema/').expect(200)).body;
    const { post, get } = paths['/api/v1/companies/'];
    const create = post.requestBody.content['application/json'].schema.properties.custom_fields;
    const paint = { type: 'string', enum: options, title: 'paint', 'x-field-type': 'select', 'x-required': true };
    expect(create).toMatchObject({ additionalProperties: false, required: ['paint'], properties: { paint } });
    const update = paths['/api/v1/companies/{id}/'].patch.requestBody.content['application/json'].schema;
    const [change, nothing] = update.properties.custom_fields.anyOf;
    expect([change, nothing]).toMatchObject([{ properties: { paint } }, { type: 'null' }]);
    expect(change.required).toBeUndefined();
    const page = get.responses['200'].content['application/json'].schema;
    expect(page.properties.results.items.properties.custom_fields.properties).toHaveProperty('paint');
    expect(JSON.stringify(paths)).not.toContain('x-custom-fields');
  });
});

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let id: string;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  id = (await admin.post('/contacts/', { first_name: 'Plain', last_name: 'Row' }).expect(201)).body.id;
});
afterAll(() => app.close());

const person = { first_name: 'Bad', last_name: 'Input' };
const countAll = async () => (await admin.get('/contacts/?count=exact')).body.count;

/** A request whose body, headers and path go out as they are. */
function send(method: string, path: string, body: string | Buffer = '', headers: Record<string, string> = {}) {
  const { hostname, port } = new URL(app.url);
  const sent =
    body.length > 0 ? { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) } : {};
  const auth = { authorization: `Bearer ${admin.access}` };
  return new Promise<{ status: number; type: string; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const call = request({ hostname, port, method, path, headers: { ...sent, ...auth, ...headers } }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        answer.on('end', () => {
          const type = answer.headers['content-type'] ?? '';
          resolve({ status: answer.statusCode ?? 0, type, headers: answer.headers, text });
        });
      });
      call.on('error', reject).end(body);
    },
  );
}

describe('what only the system sets is refused by name', () => {
  const fields = {
    id: randomUUID(),
    version: 7,
    created_by_id: randomUUID(),
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    deleted_at: null,
    last_contacted_at: '2020-01-01T00:00:00Z',
    full_name: 'X',
    owner_name: 'X',
    company_name: 'X',
    search_vector: 'x',
    role: 'admin',
    constructor: {},
    toString: 'x',
  };
  test.each(Object.entries(fields))('%s', async (field, value) => {
    const body = { ...person, [field]: value };
    for (const answer of [
      await admin.post('/contacts/', body),
      await admin.patch(`/contacts/${id}/`, { [field]: value }),
      await admin.put(`/contacts/${id}/`, body),
      await admin.post('/contacts/bulk/', { operation: 'update', ids: [id], changes: { [field]: value } }),
    ]) {
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(field);
    }
    expect((await admin.get(`/contacts/${id}/`)).body.version).toBe(1);
  });
});

describe('a body', () => {
  test.each([
    ['{"first_name":', 400, 'malformed_json'],
    ['nonsense', 400, 'malformed_json'],
    ['"text"', 400, 'validation'],
    ['null', 400, 'validation'],
    ['5', 400, 'validation'],
    ['[]', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","__proto__":{"version":9}}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","custom_fields":{"__proto__":{"x":1}}}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","custom_fields":{"constructor":{"prototype":1}}}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","custom_fields":{"a":{"b":1}}}', 400, 'validation'],
    ['{"first_name":"a\\u0000","last_name":"b"}', 400, 'validation'],
    ['{"first_name":"a\\ud800","last_name":"b"}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","tags":["\\udc00"]}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","custom_fields":{"x":"\\u0000"}}', 400, 'validation'],
    ['{"first_name":"a","last_name":"b","email":"a\\r\\nBcc: x@y.example"}', 400, 'validation'],
    [`{"first_name":"${'x'.repeat(1_000_000)}","last_name":"b"}`, 400, 'validation'],
    [`{"first_name":"${'x'.repeat(1_100_000)}","last_name":"b"}`, 413, 'too_large'],
    [`{"first_name":"a","last_name":"b","notes":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 400, 'validation'],
    [JSON.stringify(Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key_${n}`, n]))), 400, 'validation'],
    [`{"${'k'.repeat(900_000)}":1}`, 400, 'validation'],
  ])('%# that is wrong is a 4xx and changes nothing', async (body, status, code) => {
    const before = await countAll();
    for (const headers of [{}, { 'idempotency-key': randomUUID() }] as Record<string, string>[]) {
      const answer = await send('POST', '/api/v1/contacts/', body, headers);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.text.length).toBeLessThan(20_000);
    }
    expect(await countAll()).toBe(before);
  });

  test('of bulk that is nested without end is refused before anything looks into it', async () => {
    const deep = `{"operation":"create","items":[{"x":${'[{"a":'.repeat(50_000)}1${'}]'.repeat(50_000)}}]}`;
    const answer = await send('POST', '/api/v1/contacts/bulk/', deep, { 'idempotency-key': 'deep' });
    expect([answer.status, JSON.parse(answer.text).detail]).toEqual([400, expect.stringMatching(/nested/)]);
    expect(({} as Record<string, unknown>).version).toBeUndefined();
  });

  test('of another type is a 415', async () => {
    const body = JSON.stringify(person);
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/jsonp',
      '',
      'multipart/form-data',
    ]) {
      const answer = await send('POST', '/api/v1/contacts/', body, { 'content-type': type });
      expect([type, answer.status, JSON.parse(answer.text).code]).toEqual([type, 415, 'unsupported_media_type']);
    }
    const compressed = await send('POST', '/api/v1/contacts/', body, { 'content-encoding': 'zip' });
    expect(compressed.status).toBe(415);
    for (const type of ['application/json; charset=utf-8', 'APPLICATION/JSON']) {
      expect((await send('POST', '/api/v1/contacts/', body, { 'content-type': type })).status).toBe(201);
    }
  });

  test('that is no object is told so', async () => {
    for (const body of ['null', '"x"', '[]', 'true']) {
      const answer = await send('POST', '/api/v1/contacts/', body);
      expect(JSON.parse(answer.text).detail).toBe('Give a JSON object as the body.');
    }
  });

  test('of another charset is a 415, and text that is not UTF-8 a 400', async () => {
    const before = await countAll();
    const body = JSON.stringify({ ...person, first_name: 'J\u00fcrgen' });
    for (const charset of ['utf-16', 'latin1', 'utf-7', '"utf-16le"', 'nonsense']) {
      const answer = await send('POST', '/api/v1/contacts/', body, {
        'content-type': `application/json; charset=${charset}`,
      });
      expect([charset, answer.status]).toEqual([charset, 415]);
    }
    for (const broken of [Buffer.from(body, 'latin1'), Buffer.from(body).subarray(0, 20)]) {
      const answer = await send('POST', '/api/v1/contacts/', broken);
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([400, 'malformed_json']);
    }
    const patched = await send('PATCH', `/api/v1/contacts/${id}/`, Buffer.from('{"first_name":"\xff"}', 'latin1'));
    expect(patched.status).toBe(400);
    expect(await countAll()).toBe(before);
    expect((await admin.get(`/contacts/${id}/`)).body).toMatchObject({ first_name: 'Plain', version: 1 });
  });

  test('that is absent needs no Content-Type', async () => {
    const { body } = await admin.post('/contacts/', person).expect(201);
    await admin.delete(`/contacts/${body.id}/`).expect(204);
    expect((await send('POST', `/api/v1/contacts/${body.id}/restore/`)).status).toBe(200);
    expect((await send('PATCH', `/api/v1/contacts/${body.id}/`)).status).toBe(200);
    const missing = await send('POST', '/api/v1/contacts/');
    expect(JSON.parse(missing.text).errors).toEqual(
      ['first_name', 'last_name'].map((field) => ({ field, code: 'required', message: 'This field is required.' })),
    );
  });

  test.each([
    [{ email: 'nonsense' }, 'email: Enter a valid email address.'],
    [{ first_name: 5 }, 'first_name: Give text.'],
    [{ first_name: null }, 'first_name: This field is required.'],
    [{ tags: 'a' }, 'tags: Give a list.'],
    [{ custom_fields: [] }, 'custom_fields: Give an object.'],
    [{ do_not_email: 'yes' }, 'do_not_email: Give true or false.'],
    [{ status: 'gone' }, 'status: Choose one of active, inactive, lead.'],
    [{ company_id: '5' }, 'company_id: Give a UUID.'],
    [{ frist_name: 'x' }, 'frist_name: Unknown field frist_name. Did you mean first_name?'],
  ])('%j is explained in a sentence', async (more, detail) => {
    const { body } = await admin.post('/contacts/', { ...person, ...more }).expect(400);
    expect(body).toMatchObject({ type: '/problems/validation', title: 'Validation failed', status: 400, detail });
    expect(body.request_id).toBeTruthy();
  });
});

describe('a path', () => {
  test('answers alike with and without its slash, for every method, with no redirect', async () => {
    for (const [method, path, body] of [
      ['GET', '/contacts', ''],
      ['HEAD', '/contacts', ''],
      ['GET', `/contacts/${id}`, ''],
      ['PATCH', `/contacts/${id}`, '{}'],
      ['PUT', `/contacts/${id}`, '{}'],
      ['DELETE', `/contacts/${randomUUID()}`, ''],
      ['POST', '/contacts', '{}'],
      ['POST', '/contacts/bulk', '{}'],
      ['POST', `/contacts/${id}/restore`, ''],
      ['GET', '/contacts/statistics', ''],
      ['GET', '/nothing', ''],
      ['DELETE', '/contacts', ''],
    ] as const) {
      const [bare, slashed] = [await send(method, `/api/v1${path}`, body), await send(method, `/api/v1${path}/`, body)];
      expect([method, path, bare.status]).toEqual([method, path, slashed.status]);
      expect([301, 302, 307, 308, 500]).not.toContain(bare.status);
    }
  });

  test('that is unknown is a 404 in the shape of a problem', async () => {
    for (const path of [
      '/api/v1/nothing/',
      '/api/nothing',
      '/api/v1/docs/',
      '/api/v2/contacts/',
      `/api/v1/contacts/${id}/nothing/`,
    ]) {
      const answer = await send('GET', path);
      expect([path, answer.status, answer.type]).toEqual([path, 404, 'application/problem+json']);
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'not_found', detail: expect.stringMatching(/\.$/) });
    }
  });

  test('of the API itself says where to begin', async () => {
    for (const path of ['/api', '/api/', '/api/v1', '/api/v1/']) {
      const answer = await send('GET', path);
      expect([path, answer.status]).toEqual([path, 200]);
      for (const link of Object.values(JSON.parse(answer.text) as Record<string, string>)) {
        if (link.startsWith('/')) expect([link, (await send('GET', link)).status]).toEqual([link, 200]);
      }
    }
  });

  test('with a method that it does not know is a 405 with Allow', async () => {
    for (const [method, path, allow] of [
      ['DELETE', '/contacts/', 'GET, POST, HEAD, OPTIONS'],
      ['POST', `/contacts/${id}/`, 'GET, PATCH, PUT, DELETE, HEAD, OPTIONS'],
      ['GET', '/contacts/bulk/', 'POST, OPTIONS'],
      ['PROPFIND', '/contacts/statistics/', 'GET, HEAD, OPTIONS'],
    ] as const) {
      const answer = await send(method, `/api/v1${path}`);
      expect([answer.status, answer.headers.allow]).toEqual([405, allow]);
      expect(answer.type).toBe('application/problem+json');
    }
  });

  test('with a wrong id, broken encoding or a strange host is a 4xx', async () => {
    const wrong = ['5', 'null', '%00', '%E0%A4%A', `${id}'--`, '..%2f..', id.slice(1), '{}', 'x'.repeat(5000)];
    for (const each of wrong) {
      const answer = await send('GET', `/api/v1/contacts/${each}/`);
      expect([each, answer.status]).toEqual([each, 400]);
      expect(answer.type).toBe('application/problem+json');
    }
    expect((await send('GET', '/api/v1/contacts/?page_size=1', '', { host: 'a b:99999' })).status).toBe(400);
    const forwarded = await send('GET', `/api/v1/contacts/${id}/history/`, '', { 'x-forwarded-host': '[x' });
    expect(forwarded.status).toBe(400);
    const whole = await send('GET', `${app.url}/api/v1/contacts/${id}/history/`);
    expect(whole.status).toBe(200);
  });
});

test('a query that is no UTF-8, or names what the call does not know, is a 400', async () => {
  for (const query of ['search=%FF', 'city=%E0%A4%A', 'search=%ED%A0%80', '%C0%AF=1']) {
    const answer = await send('GET', `/api/v1/contacts/?${query}`);
    expect([query, answer.status]).toEqual([query, 400]);
  }
  expect((await send('GET', '/api/v1/contacts/?search=%C3%BC+%25')).status).toBe(200);
  for (const path of [`/contacts/${id}/history/`, '/auth/me/', '/contacts/statistics/']) {
    const { errors } = (await admin.get(`${path}?nonsense=1`).expect(400)).body;
    expect(errors).toMatchObject([
      { code: 'unknown_parameter', message: expect.stringMatching(/^Unknown parameter nonsense\./) },
    ]);
  }
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { companyResource } from '../src/companies/company.resource.ts';
import { contactResource } from '../src/contacts/contact.resource.ts';
import { OPERATORS } from '../src/crud/operators.ts';
import { leadResource } from '../src/leads/lead.resource.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

/** Nasty values at every parameter and every field: always a 2xx or a 4xx with a sentence, never a 500. */
const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  '1e309',
  'NaN',
  '99999999999999999999',
  'null',
  'true',
  "'",
  "''; DROP TABLE contacts; --",
  '$1',
  '\\',
  '%',
  '_',
  '\0',
  '\u202e',
  'ʼŉ',
  'İſß',
  '🙂'.repeat(60),
  'a'.repeat(3000),
  '2026-02-30T25:61:00Z',
  '9999-12-31T23:59:59-23:59',
  '0000-01-01',
  '+275760-09-13',
  '2026-01-01T00:00:00+9999',
  ',',
  ',,,',
  '{}',
  '[]',
  '../../etc/passwd',
  '<script>alert(1)</script>',
  '\r\nX-Injected: 1',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  '__proto__',
  'constructor',
];
const OTHERS: unknown[] = [
  null,
  true,
  0,
  -0,
  1.005,
  1e308,
  -999_999_999_999.99,
  1e12,
  [],
  {},
  [null],
  [[]],
  [{}],
  ['a', 5],
  { $ne: 1 },
  { length: 99_999_999 },
  { value: 'x' },
  [{ value: 'x', type: null }],
  Array(2000).fill('x'),
  { constructor: { prototype: 1 } },
  { x: 'ʼ' },
];
/** How much of all combinations one run tries; another seed tries others, and a share of 1 takes minutes. */
const SEED = Number(process.env.FUZZ_SEED ?? 1);
const SHARE = Number(process.env.FUZZ_SHARE ?? 0.06);

/** A small generator with a seed, so that a failure can be had again. Source: mulberry32. */
function createDice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  for (const entity of ['contacts', 'companies']) {
    await defineField(app, { entity, name: 'x', is_filterable: true });
    await defineField(app, { entity, name: 'n', field_type: 'decimal', is_filterable: true });
    await defineField(app, { entity, name: 'at', field_type: 'datetime', is_filterable: true });
    const options = ['a', 'constructor'];
    await defineField(app, { entity, name: 'many', field_type: 'multi_select', options, is_filterable: true });
  }
});
afterAll(() => app.close());

interface Answer {
  status: number;
  body: { detail?: string; next?: string | null };
}

/** Sends the chosen ones, some at a time, and answers those that went wrong. */
async function findWrong<T>(candidates: T[], send: (candidate: T) => PromiseLike<Answer>): Promise<unknown[]> {
  const dice = createDice(SEED);
  const chosen = candidates.filter(() => dice() < SHARE);
  expect(chosen.length).toBeGreaterThan(3);
  const wrong: unknown[] = [];
  const work = async () => {
    for (let next = chosen.pop(); next !== undefined; next = chosen.pop()) {
      const { status, body } = await send(next);
      const isTold = status < 400 || /^.+[.?]$/s.test(body.detail ?? '');
      if (status >= 500 || !isTold) wrong.push([next, status, body.detail]);
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return wrong;
}

describe.each([contactResource, companyResource, leadResource])('$plural', (resource) => {
  const path = `/${resource.plural}/`;

  test('every filter and parameter', async () => {
    const custom = ['x', "x'", 'n', 'at', 'many'].map((name) => `custom_fields.${name}`);
    const fields = [...resource.filters, ...custom];
    const filters = fields.flatMap((field) => [field, ...OPERATORS.map((operator) => `${field}__${operator}`)]);
    const controls = [
      'search',
      'ordering',
      'page',
      'page_size',
      'limit',
      'cursor',
      'count',
      'fields',
      'expand',
      'trashed',
    ];
    const queries = [...filters, ...controls].flatMap((name) =>
      TEXTS.map((text) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`),
    );
    expect(await findWrong(queries, (query) => admin.get(`${path}?${query}`))).toEqual([]);
  }, 120_000);

  test('every name of a parameter', async () => {
    const shapes = [(text: string) => text, (text: string) => `name__${text}`, (text: string) => `${text}__in`];
    const queries = TEXTS.flatMap((text) => shapes.map((shape) => `${encodeURIComponent(shape(text))}=1`));
    expect(await findWrong(queries, (query) => admin.get(`${path}?${query}`))).toEqual([]);
  });

  test('every field of a body', async () => {
    const required = { first_name: 'Fuzz', last_name: 'Row', name: 'Fuzz' };
    const base = Object.fromEntries(Object.entries(required).filter(([name]) => name in resource.write));
    const names = [...Object.keys(resource.write), ...Object.keys(resource.extraInput ?? {})];
    const values = [...TEXTS, ...OTHERS];
    const custom = ['x', 'n', 'at', 'many'].flatMap((name) =>
      values.map((value) => ({ custom_fields: { [name]: value } })),
    );
    const given = names.flatMap((name) => values.map((value) => ({ [name]: value })));
    const bodies = [...given, ...custom].map((each): Record<string, unknown> => ({ ...base, ...each }));
    expect(await findWrong(bodies, (body) => admin.post(path, body))).toEqual([]);
    const items = { operation: 'create', mode: 'partial', items: bodies.slice(0, 900) };
    const { status, text } = await admin.post(`${path}bulk/`, items);
    expect([status, text.includes('"status":500')]).toEqual([200, false]);
  }, 120_000);
});

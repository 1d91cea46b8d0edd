import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { buildIndexes, defineField } from './support/custom-fields.ts';
import { eventually } from './support/eventually.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
const fields: Record<string, { id: string }> = {};
const ROWS: Record<string, object> = {
  A: {
    n: 9,
    d: 1.5,
    day: '2026-01-01',
    at: '2026-01-01T10:00:00+02:00',
    yes: true,
    pick: 'gold',
    many: ['x', 'y'],
    word: 'Äpfel',
  },
  B: {
    n: 10,
    d: -2,
    day: '2025-12-31',
    at: '2026-01-01T09:00:00Z',
    yes: false,
    pick: 'tin',
    many: ['y'],
    word: 'banana',
    mail: 'B@x.example',
  },
  C: { n: -1, day: '2026-02-01', word: 'a_b%', many: ['z'] },
  D: {},
};

beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  const types: Record<string, object> = {
    n: { field_type: 'integer' },
    d: { field_type: 'decimal' },
    day: { field_type: 'date' },
    at: { field_type: 'datetime' },
    yes: { field_type: 'boolean' },
    pick: { field_type: 'select', options: ['gold', 'tin', 'lead'] },
    many: { field_type: 'multi_select', options: ['x', 'y', 'z'] },
    word: { field_type: 'text' },
    mail: { field_type: 'email' },
    boss: { field_type: 'user' },
    odd__in: { field_type: 'text' },
  };
  for (const [name, facts] of Object.entries(types)) {
    fields[name] = await defineField(app, { entity: 'companies', name, is_filterable: true, ...facts });
  }
  fields.plain = await defineField(app, { entity: 'companies', name: 'plain' });
  fields.essay = await defineField(app, { entity: 'companies', name: 'essay', field_type: 'long_text' });
  let minute = 10;
  for (const [name, custom_fields] of Object.entries(ROWS)) {
    const { body } = await admin.post('/companies/', { name, custom_fields }).expect(201);
    const made = `2026-01-01T00:${minute++}:00Z`;
    await app.system.database.query('UPDATE companies SET created_at = $1 WHERE id = $2', [made, body.id]);
  }
  await admin.post('/companies/', { name: 'E', custom_fields: { boss: rep.id, odd__in: 'e' } }).expect(201);
});
afterAll(() => app.close());

interface Page {
  results: { name: string }[];
  next: string | null;
  previous: string | null;
}

async function find(query: string, caller = admin): Promise<string> {
  const { body } = await caller.get(`/companies/?${query}`).expect(200);
  return body.results.map((row: { name: string }) => row.name[0]).join('');
}

describe.each(['without its index', 'with it'])('a filter on a custom field, %s', (state) => {
  beforeAll(async () => {
    if (state === 'with it') for (const { id } of Object.values(fields)) await buildIndexes(app, id);
  });

  test.each([
    ['n=9', 'A'],
    ['n__ne=9', 'BCDE'],
    ['n__gt=9', 'B'],
    ['n__gte=9', 'AB'],
    ['n__lt=9', 'C'],
    ['n__lte=9', 'AC'],
    ['n__in=9,10,11', 'AB'],
    ['n__in=', ''],
    ['n__isnull=true', 'DE'],
    ['n__isnull=false', 'ABC'],
    ['d__lt=0', 'B'],
    ['d=1.5', 'A'],
    ['day__gte=2026-01-01', 'AC'],
    ['day=2025-12-31', 'B'],
    ['at__lt=2026-01-01T08:30:00Z', 'A'],
    ['at=2026-01-01T08:00:00Z', 'A'],
    ['at__gte=2026-01-01', 'AB'],
    ['yes=true', 'A'],
    ['yes=false', 'B'],
    ['yes__ne=true', 'BCDE'],
    ['pick=gold', 'A'],
    ['pick__in=gold,tin', 'AB'],
    ['pick__in=lead', ''],
    ['many=y', 'AB'],
    ['many__in=x,z', 'AC'],
    ['many__in=', ''],
    ['many__isnull=true', 'DE'],
    ['word=banana', 'B'],
    ['word__gt=Bad', 'B'],
    ['word__lt=ápfel', 'C'],
    ['word__contains=ÄPF', 'A'],
    ['word__contains=%25', 'C'],
    ['word__startswith=a_', 'C'],
    ['mail=b@X.example', 'B'],
    ['odd__in=e', 'E'],
    ['odd__in__isnull=false', 'E'],
  ])('%s', async (query, expected) => {
    expect(await find(`ordering=created_at&custom_fields.${query}`)).toBe(expected);
  });

  test('finds a user whatever the case of the id', async () => {
    expect(await find(`custom_fields.boss=${rep.id.toUpperCase()}`)).toBe('E');
  });

  test('shows a caller no more rows than they may see', async () => {
    expect(await find('custom_fields.n__isnull=false', rep)).toBe('');
  });

  test.each([
    ['custom_fields.n', 'CABDE'],
    ['-custom_fields.n', 'BACED'],
    ['custom_fields.day', 'BACDE'],
    ['-custom_fields.at', 'BAEDC'],
    ['custom_fields.yes,name', 'BACDE'],
    ['-custom_fields.pick,name', 'BACDE'],
  ])('an order by %s puts rows without a value last, and pages by cursor both ways', async (ordering, expected) => {
    const order = `ordering=${ordering.includes(',') ? ordering : `${ordering},${ordering.startsWith('-') ? '-' : ''}name`}`;
    expect(await find(order)).toBe(expected);
    const seen: string[] = [];
    let path: string | null = `/companies/?${order}&page_size=2&cursor=`;
    let last: Pick<Page, 'previous'> = { previous: null };
    while (path) {
      const body: Page = (await admin.get(path).expect(200)).body;
      seen.push(...body.results.map((row) => row.name));
      last = body;
      path = body.next?.replace(/^.*\/api\/v1/, '') ?? null;
    }
    expect(seen.join('')).toBe(expected);
    const { body } = await admin.get((last.previous ?? '').replace(/^.*\/api\/v1/, '')).expect(200);
    expect(body.results.map((row: { name: string }) => row.name).join('')).toBe(expected.slice(2, 4));
  });
});

describe('what is wrong with a filter is said', () => {
  test.each([
    ['custom_fields.nn=1', /nn.*Did you mean custom_fields\.n\?/],
    ['custom_fields.constructor=x', /constructor/],
    ['custom_fields.__proto__=x', /__proto__/],
    ["custom_fields.n'=1", /Unknown/],
    ["custom_fields.n')::int=1", /Unknown/],
    ['custom_fields.=1', /Unknown/],
    ['custom_fields=1', /Unknown parameter/],
    ['custom_fields.n=nine', /number/],
    ['custom_fields.n__contains=1', /contains/],
    ['custom_fields.n__like=1', /like/],
    ['custom_fields.n=', /Give a value/],
    ['custom_fields.day=2026-02-30', /date/],
    ['custom_fields.yes=maybe', /true or false/],
    ['custom_fields.pick=golden', /Did you mean gold/],
    ['custom_fields.many__gt=x', /gt/],
    ['custom_fields.boss=x', /UUID/],
    ['custom_fields.word=%00', /stored/],
    ['custom_fields.plain=x', /filterable first/],
    ['custom_fields.essay=x', /cannot be made so/],
    ['ordering=custom_fields.plain', /filterable first/],
    ['ordering=custom_fields.many', /nothing is ordered/],
    ['ordering=custom_fields.nn', /Did you mean/],
    ["ordering=custom_fields.n'", /Cannot order/],
    ['ordering=custom_fields.n,custom_fields.n', /twice/],
  ])('%s', async (query, message) => {
    const { body } = await admin.get(`/companies/?${query}`).expect(400);
    expect(body.detail).toMatch(message);
  });

  test('a cursor of one order is no cursor of another', async () => {
    const { body } = await admin.get('/companies/?ordering=custom_fields.n&page_size=2&cursor=').expect(200);
    const cursor = new URL(body.next).searchParams.get('cursor');
    await admin.get(`/companies/?ordering=-custom_fields.n&page_size=2&cursor=${cursor}`).expect(400);
  });
});

test('a value that another hand has left is passed over, not stumbled upon', async () => {
  const { body } = await admin.post('/companies/', { name: 'Junk' }).expect(201);
  const junk = { n: 'nine', d: 'one', many: 'x', yes: 'maybe' };
  await app.system.database.query('UPDATE companies SET custom_fields = $1 WHERE id = $2', [
    JSON.stringify(junk),
    body.id,
  ]);
  expect(await find('custom_fields.n__gte=9')).not.toContain('J');
  expect(await find('ordering=custom_fields.d,name')).toMatch(/J$/);
  await admin.delete(`/companies/${body.id}/?permanent=true`).expect(204);
});

describe('the index of a field', () => {
  const status = async (id: string) => (await admin.get(`/custom-fields/${id}/`).expect(200)).body.index_status;
  const standing = (id: string) =>
    app.system.database.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relname LIKE 'cf_${id.replaceAll('-', '')}%' ORDER BY 1`,
    );

  test('is asked for by a job, built, built anew where it was left half done, and dropped when switched off', async () => {
    const { id, index_status } = await defineField(app, {
      entity: 'contacts',
      name: 'span',
      field_type: 'decimal',
      is_filterable: true,
    });
    expect(index_status).toBe('building');
    const jobs = await eventually(
      () =>
        app.system.database.query("SELECT 1 FROM agenda_jobs WHERE name = 'index_custom_field' AND data->>'id' = $1", [
          id,
        ]),
      (rows) => rows.length > 0,
    );
    expect(jobs.length).toBeGreaterThan(0);
    await Promise.all([buildIndexes(app, id), buildIndexes(app, id)]);
    expect(await status(id)).toBe('ready');
    expect((await standing(id)).map(({ relname }) => relname.slice(36))).toEqual(['asc', 'desc']);
    await app.system.database.query('UPDATE pg_index SET indisvalid = false WHERE indexrelid = $1::regclass', [
      `cf_${id.replaceAll('-', '')}_asc`,
    ]);
    await buildIndexes(app, id);
    const broken = 'SELECT 1 FROM pg_index WHERE NOT indisvalid';
    expect(await app.system.database.query(broken)).toEqual([]);
    await admin.patch(`/custom-fields/${id}/`, { is_filterable: false }).expect(200);
    await buildIndexes(app, id);
    expect([await status(id), await standing(id)]).toEqual(['none', []]);
    await admin.get('/contacts/?custom_fields.span=1').expect(400);
  });

  test('that cannot be built says why', async () => {
    const { id } = await defineField(app, { entity: 'contacts', name: 'once', unique: true });
    await app.system.database.query(
      `INSERT INTO contacts (id, first_name, last_name, custom_fields)
       SELECT gen_random_uuid(), 'T', 'T', '{"once": "same"}' FROM generate_series(1, 2)`,
    );
    await expect(buildIndexes(app, id)).rejects.toThrow(/unique|duplicate/);
    const { body } = await admin.get(`/custom-fields/${id}/`).expect(200);
    expect(body).toMatchObject({ index_status: 'failed', index_error: expect.stringMatching(/unique|duplicate/) });
  });

  test('serves filters and orders over 20,000 rows', async () => {
    const { database } = app.system;
    await database.query(
      `INSERT INTO contacts (id, first_name, last_name, custom_fields, created_at)
       SELECT gen_random_uuid(), 'F' || n, 'L' || n, jsonb_build_object('big', n * 7919 % 20011, 'code', md5(n::text),
         'tags', jsonb_build_array('t' || n % 500), 'seen', to_char(now() - n * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')),
         now() - n * interval '1 minute' FROM generate_series(1, 20000) n`,
    );
    const options = Array.from({ length: 500 }, (_, index) => `t${index}`);
    const made = [
      await defineField(app, { entity: 'contacts', name: 'big', field_type: 'integer', is_filterable: true }),
      await defineField(app, { entity: 'contacts', name: 'code', is_filterable: true }),
      await defineField(app, { entity: 'contacts', name: 'seen', field_type: 'datetime', is_filterable: true }),
      await defineField(app, {
        entity: 'contacts',
        name: 'tags',
        field_type: 'multi_select',
        options,
        is_filterable: true,
      }),
    ];
    for (const { id } of made) await buildIndexes(app, id);
    await database.query('ANALYZE contacts');
    const plans = await plansOf([
      'custom_fields.big=15838',
      'custom_fields.big__gt=20000',
      'custom_fields.big__in=1,2,3',
      `custom_fields.code=c4ca4238a0b923820dcc509a6f75849b`,
      'custom_fields.code__gte=fff',
      'custom_fields.tags__in=t7,t9',
      'ordering=custom_fields.big',
      'ordering=-custom_fields.big',
      'ordering=custom_fields.code',
      'ordering=-custom_fields.seen',
      'ordering=-custom_fields.seen&page_size=5&cursor=',
    ]);
    for (const [query, plan] of Object.entries(plans)) {
      expect(`${query}: ${plan}`).toMatch(/cf_[0-9a-f]{32}_(asc|desc|any)/);
      expect(`${query}: ${plan}`).not.toMatch(
        query.startsWith('ordering') ? /Seq Scan on contacts|Sort Key/ : /Seq Scan on contacts/,
      );
    }
    // The second page begins in the index instead of passing over the first.
    const { body } = await admin.get('/contacts/?ordering=custom_fields.big&page_size=200&cursor=').expect(200);
    const next = body.next.replace(/^.*contacts\/\?/, '');
    expect(Object.values(await plansOf([next]))[0]).toMatch(/Index Cond: \(ROW\(COALESCE/);
  }, 120_000);

  /** The plan of the page that each query asks for. */
  async function plansOf(queries: string[]): Promise<Record<string, string>> {
    const { database } = app.system;
    const plans: Record<string, string> = {};
    const run = database.query;
    for (const query of queries) {
      const statements: { text: string; values?: readonly unknown[] }[] = [];
      database.query = ((statement, values) => {
        if (typeof statement !== 'string') statements.push(statement);
        return run(statement, values);
      }) as typeof run;
      try {
        const { body } = await admin.get(`/contacts/?count=none&${query}`).expect(200);
        expect(body.results.length).toBeGreaterThan(0);
      } finally {
        database.query = run;
      }
      const page = statements.find(({ text }) => text.includes('FROM contacts t') && text.includes('ORDER BY'));
      const rows = await run<{ 'QUERY PLAN': string }>(`EXPLAIN ${page?.text}`, page?.values);
      plans[query] = rows.map((row) => row['QUERY PLAN']).join('\n');
    }
    return plans;
  }
});

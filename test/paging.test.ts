import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contactResource } from '../src/contacts/contact.resource.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  const items = Array.from({ length: 60 }, (_, index) => ({
    first_name: `First ${index % 7}`,
    last_name: `Last ${index % 11}`,
    email: index % 3 === 0 ? null : `person${index}@paging.example`,
    job_title: index % 4 === 0 ? null : `Job ${index % 5}`,
    city: index % 2 === 0 ? null : `City ${index % 6}`,
    country: index % 5 === 0 ? null : ['DE', 'FR', 'US'][index % 3],
    status: index % 2 === 0 ? 'active' : 'lead',
  }));
  await admin.post('/contacts/bulk/', { operation: 'create', items }).expect(200);
  await app.system.database.query(
    `UPDATE contacts SET last_contacted_at = created_at - (length(first_name || last_name) || ' days')::interval
     WHERE email IS NOT NULL`,
  );
});
afterAll(() => app.close());

interface Row {
  id: string;
  [field: string]: unknown;
}

interface PageBody {
  results: Row[];
  next: string | null;
  previous: string | null;
}

const pathOf = (link: string) => link.replace(/^.*\/api\/v1/, '');
const linkOf = (link: string | null) => link && pathOf(link);

const natural = new Intl.Collator('und', { numeric: true });

/** Follows `next` (or `previous`) from `path` to the end. */
async function follow(path: string, direction: 'next' | 'previous' = 'next') {
  const pages: Row[][] = [];
  let last = path;
  let at: string | null = path;
  while (at && pages.length < 100) {
    const answer: { body: PageBody } = await admin.get(at).expect(200);
    pages.push(answer.body.results);
    last = at;
    at = linkOf(answer.body[direction]);
  }
  return { pages, rows: pages.flat(), last };
}

const singles = contactResource.sorts.flatMap((field) => [field, `-${field}`]);
const combined = ['last_name,-first_name', '-city,email', 'country,-job_title,city', '-status,last_contacted_at'];

test('text stands as people order it, and so it does behind every cursor', async () => {
  const names = [
    '_x',
    '1a',
    'Aaron',
    'álvarez',
    'Alvarez 2',
    'Alvarez 10',
    'baker',
    'Baker',
    "O'Brien",
    'Öztürk',
    'Zoë',
  ];
  const other = await app.createCaller('sales_rep');
  const items = [...names].sort().map((last_name) => ({ first_name: 'Natural', last_name }));
  await other.post('/contacts/bulk/', { operation: 'create', items }).expect(200);
  for (const [ordering, expected] of [
    ['last_name', names],
    ['-last_name', [...names].reverse()],
  ] as const) {
    let path: string | null = `/contacts/?ordering=${ordering}&page_size=2&cursor=`;
    const seen: string[] = [];
    while (path) {
      const { body }: { body: PageBody } = await other.get(path).expect(200);
      seen.push(...body.results.map((row) => row.last_name as string));
      path = linkOf(body.next);
    }
    expect(seen).toEqual(expected);
  }
  await app.system.database.query("DELETE FROM contacts WHERE first_name = 'Natural'");
});

describe.each([...singles, ...combined])('ordered by %s', (ordering) => {
  test('pages and cursors give every row once, in the same order, forward and backward', async () => {
    const query = `/contacts/?ordering=${ordering}&page_size=17&count=none`;
    const byNumber = await follow(query);
    expect(new Set(byNumber.rows.map((row) => row.id)).size).toBe(60);
    const byCursor = await follow(`${query}&cursor=`);
    expect(byCursor.rows).toEqual(byNumber.rows);
    const back = await follow(byCursor.last, 'previous');
    expect(back.pages.reverse().flat()).toEqual(byNumber.rows);
  });

  test('the rows stand in that order, nulls last', async () => {
    const { rows } = await follow(`/contacts/?ordering=${ordering}&page_size=200`);
    const keys = ordering.split(',').map((key) => ({ field: key.replace('-', ''), isDescending: key.startsWith('-') }));
    const compare = (a: Row, b: Row): number => {
      for (const { field, isDescending } of keys) {
        const [x, y] = [a[field] as string | null, b[field] as string | null];
        if (x === y) continue;
        if (x === null || y === null) return x === null ? 1 : -1;
        const isNatural = field !== 'email' && contactResource.columns.get(field) === 'text';
        const isBefore = isNatural ? natural.compare(x, y) < 0 : x < y;
        return isBefore === isDescending ? 1 : -1;
      }
      return 0;
    };
    expect(rows.map((row) => keys.map((key) => row[key.field]))).toEqual(
      rows.toSorted(compare).map((row) => keys.map((key) => row[key.field])),
    );
  });
});

describe('a page', () => {
  test('has 25 rows unless told, by page_size or limit', async () => {
    expect((await admin.get('/contacts/').expect(200)).body.results).toHaveLength(25);
    expect((await admin.get('/contacts/?limit=7').expect(200)).body.results).toHaveLength(7);
    expect((await admin.get('/contacts/?page_size=200').expect(200)).body.results).toHaveLength(60);
    expect((await admin.get('/contacts/?page=4&page_size=25').expect(200)).body).toMatchObject({
      results: [],
      count: 60,
      next: null,
    });
  });

  test('links to its neighbours with everything else that was asked for', async () => {
    const { body } = await admin.get('/contacts/?page=2&page_size=10&ordering=email&fields=email').expect(200);
    const query = 'page_size=10&ordering=email&fields=email';
    expect(new URL(body.next).search).toBe(`?${query}&page=3`);
    expect(new URL(body.previous).search).toBe(`?${query}&page=1`);
    expect(body.next.startsWith(`${app.url}/api/v1/contacts/`)).toBe(true);
  });

  const WRONG = ['-1', '0', '1e9', '1000000000', 'NaN', '', '1.5', ' 1', '0x10', '９', 'null'];
  test.each(['page', 'page_size', 'limit'])('%s takes whole numbers in its range only', async (name) => {
    for (const value of WRONG) {
      const { body } = await admin.get(`/contacts/?${name}=${encodeURIComponent(value)}`).expect(400);
      expect([value, body.errors[0].field]).toEqual([value, name]);
    }
    await admin.get(`/contacts/?${name}=1&${name}=2`).expect(400);
    await admin.get(`/contacts/?${name}[]=1`).expect(400);
    await admin.get(`/contacts/?${name}[length]=99999999`).expect(400);
  });

  test('one name for its size, and one way to find it', async () => {
    await admin.get('/contacts/?page_size=201').expect(400);
    await admin.get('/contacts/?limit=5&page_size=5').expect(400);
    await admin.get('/contacts/?page=1&cursor=').expect(400);
  });

  test('beyond 10,000 rows says to use cursor', async () => {
    await admin.get('/contacts/?page=50&page_size=200').expect(200);
    for (const query of ['page=51&page_size=200', 'page=10001&page_size=1', 'page=401']) {
      const { body } = await admin.get(`/contacts/?${query}`).expect(400);
      expect(body.detail).toMatch(/cursor/);
    }
  });
});

describe('a cursor', () => {
  test('is stable under inserts and deletes', async () => {
    const whole = (await follow('/contacts/?page_size=200')).rows.map((row) => row.id);
    const first = await admin.get('/contacts/?cursor=&page_size=20').expect(200);
    const fresh = await admin.post('/contacts/', { first_name: 'In', last_name: 'Between' }).expect(201);
    const rest = await follow(pathOf(first.body.next));
    expect([...first.body.results, ...rest.rows].map((row) => row.id)).toEqual(whole);
    await admin.delete(`/contacts/${fresh.body.id}/`).expect(204);
  });

  test('that is forged, damaged or made for another ordering or list is a 400', async () => {
    const { body } = await admin.get('/contacts/?cursor=&page_size=20').expect(200);
    const cursor = new URL(body.next).searchParams.get('cursor') ?? '';
    const [content = '', signature = ''] = cursor.split('.');
    const forged = Buffer.from(JSON.stringify(['contacts -created_at,-id', false, ['x', 'y']])).toString('base64url');
    const wrong = [
      cursor.slice(1),
      cursor.slice(0, -1),
      `${cursor}x`,
      `${cursor}.x`,
      content,
      `.${signature}`,
      `${forged}.${signature}`,
      `${content}A.${signature}`,
      'null',
      '{}',
      '.',
      '\0',
    ];
    for (const each of wrong) {
      const answer = await admin.get(`/contacts/?cursor=${encodeURIComponent(each)}`).expect(400);
      expect(answer.body.errors[0].field).toBe('cursor');
    }
    await admin.get(`/contacts/?cursor=${cursor}&ordering=email`).expect(400);
    await admin.get(`/companies/?cursor=${cursor}`).expect(400);
  });
});

describe('10,050 rows', () => {
  beforeAll(async () => {
    await app.system.database.query(
      `INSERT INTO contacts (id, first_name, last_name, source, owner_id)
       SELECT gen_random_uuid(), 'Mass', n::text, 'mass', $1 FROM generate_series(1, 10050) n`,
      [admin.id],
    );
    await app.system.database.query('ANALYZE contacts');
  });

  test('are estimated by count=auto, counted by count=exact and left alone by count=none', async () => {
    const count = async (query: string) => {
      const { body } = await admin.get(`/contacts/?page_size=1&${query}`).expect(200);
      return [body.count, body.count_is_estimate];
    };
    const [estimate, isEstimate] = await count('source=mass');
    expect(isEstimate).toBe(true);
    expect(Math.abs(estimate - 10_050)).toBeLessThan(1000);
    expect(await count('source=mass&count=exact')).toEqual([10_050, false]);
    expect(await count('source=mass&count=none')).toEqual([null, false]);
    expect(await count('source__isnull=true&count=auto')).toEqual([60, false]);
    await admin.get('/contacts/?count=maybe').expect(400);
  });

  test('where page numbers end, next goes on with a cursor', async () => {
    const { body } = await admin.get('/contacts/?source=mass&page=50&page_size=200&count=none').expect(200);
    expect(new URL(body.next).searchParams.has('page')).toBe(false);
    expect(Object.keys(body.results[0])).not.toContain('_k0');
    const rest = await follow(pathOf(body.next));
    expect(rest.rows).toHaveLength(50);
  });
});

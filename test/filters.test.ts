import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';

let app: TestApp;
let admin: Caller;
let other: Caller;
const ids: Record<string, string> = {};
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  other = await app.createCaller('sales_rep');
  await defineField(app, { entity: 'companies', name: 'tier', is_filterable: true });
  const companies = [
    {
      name: 'Alpha',
      city: 'Berlin, Mitte',
      industry: 'Steel',
      annual_revenue: 100,
      tags: ['big', 'old'],
      custom_fields: { tier: 'gold' },
    },
    {
      name: 'Beta',
      city: 'Ulm',
      industry: 'steel 100%',
      annual_revenue: 100.5,
      country: 'DE',
      owner_id: other.id,
      tags: ['old'],
    },
    { name: 'Gamma', city: 'C:\\', annual_revenue: -5, size: '1-10', domain: 'gamma.com' },
    { name: 'Delta', industry: 'A_B', custom_fields: { tier: 'silver' } },
  ];
  for (const [index, company] of companies.entries()) {
    const { body } = await admin.post('/companies/', company).expect(201);
    ids[company.name] = body.id;
    await app.system.database.query('UPDATE companies SET created_at = $1 WHERE id = $2', [
      `2026-01-0${index + 1}T12:00:00Z`,
      body.id,
    ]);
  }
  await admin.patch(`/companies/${ids.Gamma}/`, { parent_id: ids.Alpha }).expect(200);
});
afterAll(() => app.close());

/** The names that a list of companies answers, by their first letters. */
async function find(query: string): Promise<string> {
  const { body } = await admin.get(`/companies/?ordering=created_at&${query}`).expect(200);
  expect(body.count).toBe(body.results.length);
  return body.results.map((row: { name: string }) => row.name[0]).join('');
}

describe('filters find by every operator of every kind', () => {
  test.each([
    // text
    ['name=Alpha', 'A'],
    ['name=alpha', ''],
    ['name__ne=Alpha', 'BGD'],
    ['industry__ne=Steel', 'BGD'],
    ['name__in=Alpha,Delta,Nobody', 'AD'],
    ['city__in=Berlin%5C, Mitte,Ulm', 'AB'],
    ['city__in=C:%5C%5C,Ulm', 'BG'],
    ['city__in=Berlin, Mitte', ''],
    ['name__gt=Beta', 'GD'],
    ['name__gte=Beta', 'BGD'],
    ['name__lt=Beta', 'A'],
    ['name__lte=Beta', 'AB'],
    ['name__gte=beta', 'BGD'],
    ['name__lt=béta', 'AB'],
    ['industry__contains=STEEL', 'AB'],
    ['industry__contains=%25', 'B'],
    ['industry__contains=_', 'D'],
    ['industry__contains=%5C', ''],
    ['industry__startswith=stee', 'AB'],
    ['industry__startswith=eel', ''],
    ['industry__isnull=true', 'G'],
    ['industry__isnull=false', 'ABD'],
    ['country=de', 'B'],
    ['size=1-10', 'G'],
    ['domain=https://www.GAMMA.com/about', 'G'],
    // number
    ['annual_revenue=100', 'A'],
    ['annual_revenue=100.50', 'B'],
    ['annual_revenue__ne=100', 'BGD'],
    ['annual_revenue__in=100,-5', 'AG'],
    ['annual_revenue__gt=100', 'B'],
    ['annual_revenue__gte=100', 'AB'],
    ['annual_revenue__lt=100', 'G'],
    ['annual_revenue__lte=100', 'AG'],
    ['annual_revenue__isnull=true', 'D'],
    // instant
    ['created_at=2026-01-02T12:00:00Z', 'B'],
    ['created_at=2026-01-02T14:00:00%2B02:00', 'B'],
    ['created_at=2026-01-02T12:00:00', 'B'],
    ['created_at__in=2026-01-02T12:00:00Z,2026-01-04T12:00:00.000Z', 'BD'],
    ['created_at__ne=2026-01-02T12:00:00Z', 'AGD'],
    ['created_at=2026-01-02', 'B'],
    ['created_at__in=2026-01-02,2026-01-04T12:00:00Z', 'BD'],
    ['created_at__ne=2026-01-02', 'AGD'],
    ['created_at__gt=2026-01-02', 'GD'],
    ['created_at__gte=2026-01-02', 'BGD'],
    ['created_at__lt=2026-01-02', 'A'],
    ['created_at__lte=2026-01-02', 'AB'],
    ['created_at__gte=2026-01-03T12:00:00Z', 'GD'],
    ['created_at__lt=2026-01-02T12:00:00Z', 'A'],
    ['created_at__lte=2026-01-02T12:00:00Z', 'AB'],
    ['created_at__isnull=true', ''],
    // list
    ['tags=old', 'AB'],
    ['tags__in=big,none', 'A'],
    ['tags__in=', ''],
    // custom fields
    ['custom_fields.tier=gold', 'A'],
    ['custom_fields.tier__in=gold,silver', 'AD'],
    ['custom_fields.tier__ne=gold', 'BGD'],
    ['custom_fields.tier__gt=Gold', 'D'],
    ['custom_fields.tier__lt=SILVER', 'AD'],
    ['custom_fields.tier__isnull=true', 'BG'],
    ['custom_fields.tier__startswith=s', 'D'],
    // together, and with an empty list
    ['industry__contains=steel&annual_revenue__gt=100', 'B'],
    ['name__in=', ''],
    ['annual_revenue__in=', ''],
    ['id__in=', ''],
  ])('%s', async (query, names) => {
    expect(await find(query)).toBe(names);
  });

  test('ids', async () => {
    expect(await find(`id=${ids.Beta}`)).toBe('B');
    expect(await find(`id__in=${ids.Beta},${ids.Delta}`)).toBe('BD');
    expect(await find(`owner_id=${other.id}`)).toBe('B');
    expect(await find(`owner_id__ne=${other.id}`)).toBe('AGD');
    expect(await find(`parent_id=${ids.Alpha}`)).toBe('G');
    expect(await find('parent_id__isnull=false')).toBe('G');
    expect(await find(`created_by_id=${admin.id}`)).toBe('ABGD');
  });

  test('truth', async () => {
    await admin.post('/contacts/', { first_name: 'Quiet', last_name: 'One', do_not_email: true }).expect(201);
    await admin.post('/contacts/', { first_name: 'Open', last_name: 'One' }).expect(201);
    for (const [query, name] of [
      ['do_not_email=true', 'Quiet'],
      ['do_not_email=1', 'Quiet'],
      ['do_not_email=false', 'Open'],
      ['do_not_email__ne=true', 'Open'],
    ]) {
      const { body } = await admin.get(`/contacts/?${query}`).expect(200);
      expect(body.results.map((row: { first_name: string }) => row.first_name)).toEqual([name]);
    }
    const { body } = await admin.get('/contacts/?do_not_email__isnull=true').expect(200);
    expect(body.results).toEqual([]);
  });

  test('an e-mail is found however it is spelled', async () => {
    await admin.post('/contacts/', { first_name: 'Mail', last_name: 'Box', email: 'box@mail.example' }).expect(201);
    expect((await admin.get('/contacts/?email=BOX@Mail.Example').expect(200)).body.count).toBe(1);
    expect((await admin.get('/contacts/?email__in=BOX@Mail.Example').expect(200)).body.count).toBe(1);
  });
});

describe('a filter that says nothing or nonsense never widens', () => {
  test.each([
    'name=',
    'name=%20',
    'industry__ne=%20',
    'name__contains=',
    'name__in=Alpha,,Beta',
    'id=',
    'id=5',
    'id__in=5',
    'id__in=,',
    `id__in=${'x,'.repeat(600)}`,
    'annual_revenue=',
    'annual_revenue=1e5',
    'annual_revenue=NaN',
    'annual_revenue__gt=Infinity',
    'annual_revenue=1;2',
    'created_at=yesterday',
    'created_at__gt=2026-13-45',
    'created_at__gt=2026-02-31',
    'created_at__in=2026-01-01,2026-02-31',
    'created_at=2026',
    'size=huge',
    'size__in=1-10,huge',
    'country=XX1',
    'name__isnull=',
    'name__isnull=maybe',
    'name=%00',
    'name__contains=a%00b',
    'custom_fields.tier=%00',
    'name=Alpha&name=Beta',
    'name[]=Alpha',
    'name[$ne]=Alpha',
    'name__in[]=Alpha',
  ])('%s is a 400', async (query) => {
    const { body } = await admin.get(`/companies/?${query}`).expect(400);
    expect(body.code).toBe('validation');
    expect(body.errors[0].message).toMatch(/^\w.*[.?]$/);
  });
});

describe('what is unknown is named, with the nearest valid name', () => {
  test.each([
    ['nmae=x', /nmae.*name\?/],
    ['naem__contains=x', /naem__contains.*name\?/],
    ['annual_revenu__gte=5', /annual_revenue\?/],
    ['serach=x', /serach.*search\?/],
    ['pagesize=5', /page_size\?/],
    ['name__contain=x', /contain.*contains\?/],
    ['name__startwith=x', /startswith\?/],
    ['name__eq=x', /eq.*name\?/],
    ['annual_revenue__contains=5', /contains/],
    ['tags__gt=x', /gt/],
    ['name__in__in=x', /name__in__in/],
    ['password_hash=x', /password_hash/],
    ['owner.email=x', /owner\.email/],
    ['deleted_at__isnull=false', /deleted_at__isnull/],
    ['description__contains=x', /description__contains/],
    ['__proto__=x', /__proto__/],
    ['constructor=x', /constructor/],
    ['custom_fields.Tier=x', /custom_fields\.Tier/],
    ["custom_fields.x')=y", /custom_fields/],
    ['ordering=nmae', /nmae.*name\?/],
    ['ordering=--name', /-name/],
    ['ordering=-', /^ordering: Name a field/],
    ['ordering=name,', /^ordering: Name a field/],
    ['ordering=name,name', /name/],
    ['ordering=name;drop', /name;drop/],
    ['ordering=description', /description/],
    ['fields=nmae', /nmae.*name\?/],
    ['fields=password_hash', /password_hash/],
    ['expand=ownr', /ownr.*owner\?/],
    ['expand=__proto__', /__proto__/],
    ['expand=constructor', /constructor/],
    ['expand=parent.ownr', /ownr.*owner\?/],
    ['expand=parent.parent.parent', /two deep/],
    ['expand=owner.teams', /owner/],
  ])('%s', async (query, message) => {
    const { body } = await admin.get(`/companies/?${query}`).expect(400);
    expect(body).toMatchObject({ code: 'validation', status: 400, errors: [{ message: expect.any(String) }] });
    expect(body.detail).toMatch(message);
    expect(body.detail).toMatch(/[.?]$/);
  });

  test('on a single row too', async () => {
    const path = `/companies/${ids.Alpha}/`;
    expect((await admin.get(`${path}?field=name`).expect(400)).body.detail).toMatch(/fields\?/);
    expect((await admin.get(`${path}?fields=nmae`).expect(400)).body.detail).toMatch(/name\?/);
    expect((await admin.get(`${path}?expand=ownr`).expect(400)).body.detail).toMatch(/owner\?/);
  });
});

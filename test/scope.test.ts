import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

/** Every door to a contact, for every role, over rows that stand in every relation to a sales representative. */
const LIVING = ['own', 'assigned', 'created', 'team', 'foreign'] as const;
const KINDS = [...LIVING, 'trashed'] as const;
type Kind = (typeof KINDS)[number];

interface Cast {
  /** What they see of the living rows; `null`: they lack the permission to see any. */
  sees: readonly Kind[] | null;
  /** What they change of it; `null`: they lack the permission to change any. */
  edits: readonly Kind[] | null;
  deletes: readonly Kind[] | null;
  readsCompany: boolean;
}

const TEAM: Kind[] = ['own', 'assigned', 'team'];
const CAST: Record<string, Cast> = {
  admin: { sees: LIVING, edits: LIVING, deletes: LIVING, readsCompany: true },
  'manager of the team': { sees: TEAM, edits: TEAM, deletes: TEAM, readsCompany: true },
  'manager of none': { sees: [], edits: [], deletes: [], readsCompany: false },
  'sales rep': { sees: [...TEAM, 'created'], edits: [...TEAM, 'created'], deletes: null, readsCompany: true },
  'sales rep of the team by role': { sees: TEAM, edits: TEAM, deletes: null, readsCompany: true },
  'viewer who is a rep in the team': { sees: LIVING, edits: TEAM, deletes: null, readsCompany: true },
  viewer: { sees: LIVING, edits: null, deletes: null, readsCompany: true },
  'viewer of the team by role': { sees: TEAM, edits: null, deletes: null, readsCompany: true },
  guest: { sees: null, edits: null, deletes: null, readsCompany: false },
};

let app: TestApp;
let admin: Caller;
let rep: Caller;
let foreign: Caller;
let companyId: string;
const callers: Record<string, Caller> = {};
const ids = {} as Record<Kind, string>;
const kindOf = (id: string) => KINDS.find((kind) => ids[kind] === id) ?? id;

async function createRow(by: Caller, kind: Kind, more: object): Promise<void> {
  const row = {
    first_name: kind,
    last_name: 'Zebra',
    email: `${kind}@zebra.example`,
    city: 'Ulm',
    company_id: companyId,
  };
  ids[kind] = (await by.post('/contacts/', { ...row, ...more }).expect(201)).body.id;
}

beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  foreign = await app.createCaller('sales_rep');
  const [mate, manager] = [await app.createCaller('sales_rep'), await app.createCaller('manager')];
  const team = (await admin.post('/teams/', { name: 'Shared', shares_records: true }).expect(201)).body.id;
  for (const member of [rep, mate, manager]) {
    const body = { user_id: member.id, is_manager: member === manager };
    await admin.post(`/teams/${team}/members/`, body).expect(200);
  }
  const mixed = await app.createCaller('viewer');
  const { body: roles } = await admin.get('/settings/roles/?name=sales_rep').expect(200);
  const grant = { user_id: mixed.id, role_id: roles.results[0].id, team_id: team };
  await admin.post('/settings/role-assignments/', grant).expect(201);
  Object.assign(callers, {
    admin,
    'manager of the team': manager,
    'manager of none': await app.createCaller('manager'),
    'sales rep': rep,
    'sales rep of the team by role': await app.createCaller('sales_rep', { team_id: team }),
    'viewer who is a rep in the team': mixed,
    viewer: await app.createCaller('viewer'),
    'viewer of the team by role': await app.createCaller('viewer', { team_id: team }),
    guest: await app.createCaller('guest'),
  });
  companyId = (await admin.post('/companies/', { name: 'Zoo', owner_id: mate.id }).expect(201)).body.id;
  await createRow(rep, 'own', {});
  await createRow(admin, 'assigned', { owner_id: foreign.id, assigned_to_id: rep.id });
  await createRow(rep, 'created', {});
  await admin.patch(`/contacts/${ids.created}/`, { owner_id: foreign.id }).expect(200);
  await createRow(mate, 'team', {});
  await createRow(admin, 'foreign', { owner_id: foreign.id });
  await createRow(rep, 'trashed', {});
  await admin.delete(`/contacts/${ids.trashed}/`).expect(204);
});
afterAll(() => app.close());

/** Doors that answer rows, as queries of the list. */
const LISTS = {
  list: () => 'page_size=200',
  search: () => 'search=zebra.example zeb',
  'search by company': () => 'search=zoo',
  filter: () => 'last_name=Zebra',
  'filter by id': () => `id__in=${Object.values(ids)}`,
  'filter by relation': () => `company_id=${companyId}`,
  'sort by what others hold': () => 'ordering=-first_name',
  cursor: () => 'cursor=&ordering=email',
  expand: () => 'expand=company,owner&fields=email',
};

/** Doors that answer or change one row, by its id. */
const READS: Record<string, (caller: Caller, id: string) => PromiseLike<Response>> = {
  read: (caller, id) => caller.get(`/contacts/${id}/`),
  'read a field': (caller, id) => caller.get(`/contacts/${id}/?fields=id`),
};
const EDITS: Record<string, (caller: Caller, id: string) => PromiseLike<Response>> = {
  patch: (caller, id) => caller.patch(`/contacts/${id}/`, { notes: randomUUID() }),
  'patch nothing': (caller, id) => caller.patch(`/contacts/${id}/`, {}),
  'patch with a foreign version': (caller, id) => caller.patch(`/contacts/${id}/`, {}).set('If-Match', '*'),
};

describe.each(Object.entries(CAST))('%s', (name, { sees, edits, deletes, readsCompany }) => {
  const status = (kind: Kind, permitted: readonly Kind[] | null, success: number) => {
    if (permitted === null) return 403;
    if (!sees?.includes(kind)) return 404;
    return permitted.includes(kind) ? success : 403;
  };
  const statuses = (kinds: readonly Kind[], permitted: readonly Kind[] | null, success: number) =>
    kinds.map((kind) => [kind, status(kind, permitted, success)]);

  test.each(Object.keys(LISTS))('%s answers their rows and no other', async (door) => {
    const query = LISTS[door as keyof typeof LISTS]();
    const { body } = await callers[name]!.get(`/contacts/?count=exact&${query}`).expect(sees ? 200 : 403);
    if (!sees) return;
    expect(body.results.map((row: { id: string }) => kindOf(row.id)).sort()).toEqual([...sees].sort());
    expect(body.count).toBe(sees.length);
  });

  test('statistics count their rows and no other', async () => {
    const { body } = await callers[name]!.get('/contacts/statistics/').expect(sees ? 200 : 403);
    if (sees) expect(body).toMatchObject({ total: sees.length, new_this_month: sees.length });
  });

  test('the company counts and labels what they see', async () => {
    const status = sees === null ? 403 : readsCompany ? 200 : 404;
    const { body } = await callers[name]!.get(`/companies/${companyId}/`).expect(status);
    if (readsCompany) expect(body.contacts_count).toBe(sees?.length);
  });

  test.each(Object.keys(READS))('%s', async (door) => {
    const answers = await each(KINDS, (id) => READS[door]!(callers[name]!, id));
    expect(answers).toEqual(statuses(KINDS, sees, 200));
  });

  test('history, that of the trash included', async () => {
    const answers = await each(LIVING, (id) => callers[name]!.get(`/contacts/${id}/history/`));
    expect(answers).toEqual(statuses(LIVING, sees, 200));
  });

  test.each(Object.keys(EDITS))('%s', async (door) => {
    const answers = await each(KINDS, (id) => EDITS[door]!(callers[name]!, id));
    expect(answers).toEqual(statuses(KINDS, edits, 200));
  });

  test('put', async () => {
    const whole = (kind: Kind) => ({ first_name: kind, last_name: 'Zebra', city: 'Ulm', company_id: companyId });
    const answers = await each(LIVING, (id, kind) =>
      callers[name]!.put(`/contacts/${id}/`, { ...whole(kind), email: `${kind}@zebra.example` }),
    );
    expect(answers).toEqual(statuses(LIVING, edits, 200));
  });

  test('bulk by ids, by items and by match', async () => {
    const send = (body: object) =>
      callers[name]!.post('/contacts/bulk/', { mode: 'partial', ...body }).expect(sees && edits ? 200 : 403);
    const byIds = await send({ operation: 'update', ids: KINDS.map((kind) => ids[kind]), changes: { notes: name } });
    const byItems = await send({ operation: 'update', items: KINDS.map((kind) => ({ id: ids[kind], notes: 'x' })) });
    const items = LIVING.map((kind) => ({ first_name: kind, last_name: 'Zebra', email: `${kind}@zebra.example` }));
    const byMatch = await send({ operation: 'upsert', items });
    if (!sees || !edits) return;
    const expected = statuses(KINDS, edits, 200).map(([, code]) => code);
    for (const { body } of [byIds, byItems]) expect(body.results.map(statusOf)).toEqual(expected);
    // What they cannot see cannot be matched, and its e-mail is taken all the same.
    const matched = expected.slice(0, LIVING.length).map((code) => (code === 404 ? 409 : code));
    expect(byMatch.body.results.map(statusOf)).toEqual(matched);
    for (const kind of LIVING.filter((each) => !sees.includes(each))) {
      expect(byMatch.text).not.toContain(ids[kind]);
    }
  });

  test('delete and restore', async () => {
    const answers = await each(LIVING, async (id) => {
      const answer = await callers[name]!.delete(`/contacts/${id}/`);
      if (answer.status === 204) await admin.post(`/contacts/${id}/restore/`).expect(200);
      return answer;
    });
    expect(answers).toEqual(statuses(LIVING, deletes, 204));
    const restored = await callers[name]!.post(`/contacts/${ids.trashed}/restore/`);
    const seesTrash = sees?.includes('own');
    expect(restored.status).toBe(deletes === null ? 403 : seesTrash ? 200 : 404);
    if (restored.status === 200) await admin.delete(`/contacts/${ids.trashed}/`).expect(204);
  });
});

const statusOf = (result: { status: number }) => result.status;

async function each(kinds: readonly Kind[], send: (id: string, kind: Kind) => PromiseLike<Response>) {
  const answers: [Kind, number][] = [];
  for (const kind of kinds) answers.push([kind, (await send(ids[kind], kind)).status]);
  return answers;
}

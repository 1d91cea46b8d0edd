import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let other: Caller;
let viewer: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  other = await app.createCaller('sales_rep');
  viewer = await app.createCaller('viewer');
});
afterAll(() => app.close());

const PATH = '/contact-groups/';
const makeGroup = async (more: object = {}, caller = rep) =>
  (await caller.post(PATH, { name: `Group ${randomUUID()}`, ...more }).expect(201)).body;
const makeContact = async (more: object = {}, caller = rep) =>
  (await caller.post('/contacts/', { first_name: 'Ada', last_name: `Byron ${randomUUID()}`, ...more }).expect(201))
    .body;
const add = (id: string, contact_ids: string[], caller = rep) => caller.post(`${PATH}${id}/members/`, { contact_ids });
const idsOf = (body: { results: { id: string }[] }) => body.results.map(({ id }) => id).sort();
const membersOf = async (id: string, query = '', caller = rep) =>
  idsOf((await caller.get(`${PATH}${id}/members/${query}`).expect(200)).body);

describe('a static group', () => {
  test('holds the contacts that were put into it, each once, until they are taken out', async () => {
    const group = await makeGroup({ description: 'Those we meet in May' });
    expect(group).toMatchObject({
      is_dynamic: false,
      is_shared: false,
      contacts_count: 0,
      owner_id: rep.id,
      filters: {},
    });
    const [a, b] = [await makeContact({ city: 'Rome' }), await makeContact({ city: 'Bonn' })];
    expect((await add(group.id, [a.id, b.id, a.id.toUpperCase()]).expect(200)).body).toEqual({ added: 2 });
    expect((await add(group.id, [a.id]).expect(200)).body).toEqual({ added: 0 });
    expect(await membersOf(group.id)).toEqual([a.id, b.id].sort());
    expect(await membersOf(group.id, '?city=Rome&ordering=last_name&fields=id')).toEqual([a.id]);
    expect(idsOf((await rep.get(`/contacts/?group=${group.id}&city__ne=Rome`).expect(200)).body)).toEqual([b.id]);
    expect((await rep.get(`${PATH}${group.id}/`)).body.contacts_count).toBe(2);
    await rep.delete(`${PATH}${group.id}/members/${a.id}/`).expect(204);
    await rep.delete(`${PATH}${group.id}/members/${a.id}/`).expect(404);
    expect(await membersOf(group.id)).toEqual([b.id]);
    const { body } = await rep.get(`${PATH}${group.id}/history/`).expect(200);
    expect(body.results.map(({ action }: { action: string }) => action)).toEqual([
      'members_removed',
      'members_added',
      'created',
    ]);
  });

  test('takes only contacts that its owner may read, all or none', async () => {
    const group = await makeGroup();
    const [mine, theirs] = [await makeContact(), await makeContact({}, other)];
    for (const wrong of [theirs.id, randomUUID()]) {
      const { body } = await add(group.id, [mine.id, wrong]).expect(400);
      expect(body.errors[0]).toMatchObject({ field: 'contact_ids.1', code: 'not_found' });
    }
    for (const body of [{}, { contact_ids: [] }, { contact_ids: ['x'] }, { contact_ids: [mine.id], more: 1 }]) {
      await rep.post(`${PATH}${group.id}/members/`, body).expect(400);
    }
    expect(await membersOf(group.id)).toEqual([]);
    await rep.patch(`${PATH}${group.id}/`, { filters: { city: 'Rome' } }).expect(400);
    await rep.patch(`${PATH}${group.id}/`, { is_dynamic: true, filters: { city: 'Rome' } }).expect(400);
  });
});

describe('a dynamic group', () => {
  test('holds what its filters find at each look', async () => {
    const tag = randomUUID();
    const group = await makeGroup({ is_dynamic: true, filters: { tags: tag, city__ne: 'Rome' } });
    const inside = await makeContact({ tags: [tag], city: 'Bonn' });
    await makeContact({ tags: [tag], city: 'Rome' });
    expect(await membersOf(group.id)).toEqual([inside.id]);
    expect(idsOf((await rep.get(`/contacts/?group=${group.id}`)).body)).toEqual([inside.id]);
    expect((await rep.get(`${PATH}?id=${group.id}&fields=contacts_count`)).body.results).toEqual([
      { id: group.id, contacts_count: 1 },
    ]);
    await rep.patch(`/contacts/${inside.id}/`, { city: 'Rome' }).expect(200);
    expect((await rep.get(`${PATH}${group.id}/`)).body.contacts_count).toBe(0);
    const changed = await rep.patch(`${PATH}${group.id}/`, { filters: { tags: tag } }).expect(200);
    expect(changed.body.contacts_count).toBe(2);
    await add(group.id, [inside.id]).expect(409);
    await rep.delete(`${PATH}${group.id}/members/${inside.id}/`).expect(409);
  });

  test.each([
    [{}, 'filters'],
    [{ citty: 'Rome' }, 'filters.citty'],
    [{ city__like: 'Rome' }, 'filters.city__like'],
    [{ status: 'lost' }, 'filters.status'],
    [{ owner_id: 'x' }, 'filters.owner_id'],
    [{ ordering: 'city' }, 'filters.ordering'],
    [{ trashed: 'true' }, 'filters.trashed'],
    [{ group: randomUUID() }, 'filters.group'],
    [{ search: '' }, 'filters.search'],
    [{ city: ['Rome'] }, 'filters.city'],
    ['city=Rome', 'filters'],
  ])('with filters %j is refused at %s', async (filters, field) => {
    const { body } = await rep.post(PATH, { name: 'Wrong', is_dynamic: true, filters }).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  test('shows each reader what they may read and no more', async () => {
    const tag = randomUUID();
    const group = await makeGroup({ is_dynamic: true, is_shared: true, filters: { tags: tag } });
    const [mine, theirs] = [await makeContact({ tags: [tag] }), await makeContact({ tags: [tag] }, other)];
    for (const [caller, ids] of [
      [rep, [mine.id]],
      [other, [theirs.id]],
      [admin, [mine.id, theirs.id].sort()],
    ] as const) {
      expect(await membersOf(group.id, '', caller)).toEqual(ids);
      expect((await caller.get(`${PATH}${group.id}/`)).body.contacts_count).toBe(ids.length);
    }
  });
});

describe('a group of somebody else', () => {
  test('is absent unless shared', async () => {
    const group = await makeGroup();
    const contact = await makeContact({}, other);
    await other.get(`${PATH}${group.id}/`).expect(404);
    await other.get(`${PATH}${group.id}/members/`).expect(404);
    await other.patch(`${PATH}${group.id}/`, { name: 'Mine' }).expect(404);
    await add(group.id, [contact.id], other).expect(404);
    await other.delete(`${PATH}${group.id}/`).expect(404);
    const { body } = await other.get(`/contacts/?group=${group.id}`).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'group', code: 'not_found' });
    for (const wrong of ['x', '', randomUUID()]) await rep.get(`/contacts/?group=${wrong}`).expect(400);
    expect(idsOf((await other.get(PATH)).body)).not.toContain(group.id);
  });

  test('is there for who reaches the rows of everybody', async () => {
    const group = await makeGroup();
    const contact = await makeContact();
    await add(group.id, [contact.id]).expect(200);
    expect((await admin.get(`${PATH}${group.id}/`).expect(200)).body.contacts_count).toBe(1);
    expect((await admin.get(`${PATH}?id=${group.id}`).expect(200)).body.count).toBe(1);
    expect(await membersOf(group.id, '', admin)).toEqual([contact.id]);
    expect(idsOf((await admin.get(`/contacts/?group=${group.id}`).expect(200)).body)).toEqual([contact.id]);
    await admin.patch(`${PATH}${group.id}/`, { name: 'Tidied' }).expect(200);
  });

  test('is read where it is shared, within the reader’s scope, and changed by its owner alone', async () => {
    const group = await makeGroup({ is_shared: true });
    const [mine, theirs] = [await makeContact(), await makeContact({}, other)];
    await add(group.id, [mine.id]).expect(200);
    expect((await other.get(`${PATH}${group.id}/`).expect(200)).body.contacts_count).toBe(0);
    expect(await membersOf(group.id, '', other)).toEqual([]);
    expect(await membersOf(group.id, '', viewer)).toEqual([mine.id]);
    await other.patch(`${PATH}${group.id}/`, { name: 'Mine' }).expect(403);
    await add(group.id, [theirs.id], other).expect(403);
    await other.delete(`${PATH}${group.id}/members/${mine.id}/`).expect(403);
    await other.delete(`${PATH}${group.id}/`).expect(403);
    await viewer.post(PATH, { name: 'Mine' }).expect(403);
    await add(group.id, [mine.id], viewer).expect(403);
    const bulk = { operation: 'delete', ids: [group.id] };
    await other.post(`${PATH}bulk/`, bulk).expect(400);
    await rep.delete(`${PATH}${group.id}/`).expect(204);
    await add(group.id, [mine.id]).expect(404);
    await rep.get(`/contacts/?group=${group.id}`).expect(400);
    await rep.post(`${PATH}${group.id}/restore/`).expect(200);
    expect(await membersOf(group.id)).toEqual([mine.id]);
  });
});

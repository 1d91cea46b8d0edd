import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let foreign: Caller;
let theirs: { id: string; name: string };
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  foreign = await app.createCaller('sales_rep');
  theirs = (await foreign.post('/companies/', { name: 'Hidden Works', domain: 'hidden.example' }).expect(201)).body;
});
afterAll(() => app.close());

const person = { first_name: 'Some', last_name: 'Body' };

test('a manager sees every row while there are no teams, and their own teams’ once there are', async () => {
  const manager = await app.createCaller('manager');
  await manager.get(`/companies/${theirs.id}/`).expect(200);
  const { body } = await admin.post('/teams/', { name: 'First' }).expect(201);
  await manager.get(`/companies/${theirs.id}/`).expect(404);
  await admin.delete(`/teams/${body.id}/`).expect(204);
  await manager.get(`/companies/${theirs.id}/`).expect(200);
});

describe('an id in a body', () => {
  test('that the caller may not read is a 400 that says no more than for one that is not there', async () => {
    const unknown = randomUUID();
    const foreignRow = await rep.post('/contacts/', { ...person, company_id: theirs.id }).expect(400);
    const noRow = await rep.post('/contacts/', { ...person, company_id: unknown }).expect(400);
    expect({ ...foreignRow.body, request_id: '' }).toEqual({ ...noRow.body, request_id: '' });
    expect(foreignRow.body.errors[0].field).toBe('company_id');
    await rep.post('/companies/', { name: 'Mine', parent_id: theirs.id }).expect(400);
    const { id } = (await rep.post('/contacts/', person).expect(201)).body;
    await rep.patch(`/contacts/${id}/`, { company_id: theirs.id }).expect(400);
    await rep.put(`/contacts/${id}/`, { ...person, company_id: theirs.id }).expect(400);
    await rep
      .post('/contacts/bulk/', { operation: 'update', ids: [id], changes: { company_id: theirs.id } })
      .expect(400);
    expect((await rep.get(`/contacts/${id}/`)).body).toMatchObject({ company_id: null, version: 1 });
  });

  test('of a parent below which the own company stands tells nothing of that', async () => {
    const { id } = (await rep.post('/companies/', { name: 'Mine' }).expect(201)).body;
    await admin.patch(`/companies/${theirs.id}/`, { parent_id: id }).expect(200);
    const { body } = await rep.patch(`/companies/${id}/`, { parent_id: theirs.id }).expect(400);
    expect(body.errors[0].code).toBe('not_found');
    await admin.patch(`/companies/${theirs.id}/`, { parent_id: null }).expect(200);
  });

  test.each(['owner_id', 'assigned_to_id'])('gives a row only within the reach of its writer: %s', async (field) => {
    const { id } = (await rep.post('/contacts/', person).expect(201)).body;
    for (const userId of [foreign.id, admin.id, randomUUID(), theirs.id]) {
      const created = await rep.post('/contacts/', { ...person, [field]: userId }).expect(400);
      const changed = await rep.patch(`/contacts/${id}/`, { [field]: userId }).expect(400);
      for (const { body } of [created, changed]) expect(body.errors[0].field).toBe(field);
    }
    await rep.patch(`/contacts/${id}/`, { [field]: rep.id }).expect(200);
    await admin.patch(`/contacts/${id}/`, { [field]: foreign.id }).expect(200);
  });

  test('owner_id is the caller unless told', async () => {
    for (const more of [{}, { owner_id: undefined }]) {
      expect((await rep.post('/contacts/', { ...person, ...more }).expect(201)).body.owner_id).toBe(rep.id);
    }
    expect((await admin.post('/contacts/', { ...person, owner_id: rep.id }).expect(201)).body.owner_id).toBe(rep.id);
  });
});

describe('a relation to a row that the caller may not read', () => {
  let contact: string;
  let company: string;
  beforeAll(async () => {
    contact = (await rep.post('/contacts/', person).expect(201)).body.id;
    company = (await rep.post('/companies/', { name: 'Daughter' }).expect(201)).body.id;
    await admin.patch(`/contacts/${contact}/`, { company_id: theirs.id }).expect(200);
    await admin.patch(`/companies/${company}/`, { parent_id: theirs.id }).expect(200);
  });

  test('has neither label nor expansion, on one row, in a list and in the answer of a write', async () => {
    const nothing = { company_id: theirs.id, company_name: null };
    const read = await rep.get(`/contacts/${contact}/?expand=company`).expect(200);
    expect(read.body).toMatchObject({ ...nothing, company: null });
    const list = await rep.get(`/contacts/?id=${contact}&expand=company.parent`).expect(200);
    expect(list.body.results).toMatchObject([{ ...nothing, company: null }]);
    const written = await rep.patch(`/contacts/${contact}/`, { city: 'Ulm' }).expect(200);
    expect(written.body).toMatchObject(nothing);
    expect((await rep.get(`/contacts/?company_id=${theirs.id}`)).body.results).toMatchObject([nothing]);
    const deep = await rep.get(`/companies/${company}/?expand=parent`).expect(200);
    expect(deep.body).toMatchObject({ parent_name: null, parent: null });
    for (const { text } of [read, list, written, deep]) expect(text).not.toContain('Hidden');
  });

  test('is not found by the name of that row', async () => {
    await admin.patch(`/contacts/${contact}/`, { first_name: 'Findable' }).expect(200);
    const find = async (caller: Caller, words: string) =>
      (await caller.get(`/contacts/?search=${words}&count=exact`).expect(200)).body.count;
    for (const words of ['hidden', 'hid', 'works', 'findable hidden', 'hidden findable']) {
      expect([words, await find(rep, words), await find(admin, words)]).toEqual([words, 0, 1]);
    }
    expect(await find(rep, 'findable some')).toBe(0);
    expect(await find(rep, 'findable bod')).toBe(1);
    await admin.delete(`/companies/${theirs.id}/`).expect(204);
    expect(await find(admin, 'hidden')).toBe(0);
    await admin.post(`/companies/${theirs.id}/restore/`).expect(200);
  });

  test('is still kept when the row is changed beside it', async () => {
    const { body } = await rep.patch(`/contacts/${contact}/`, { company_id: theirs.id, city: 'Bonn' }).expect(200);
    expect(body).toMatchObject({ company_id: theirs.id, city: 'Bonn' });
  });

  test('an expansion needs the permission to see what it expands', async () => {
    const role = { name: 'team_only', display_name: 'Team only', level: 2, permissions: ['view_team'] };
    const { id } = (await admin.post('/settings/roles/', role).expect(201)).body;
    const colleague = await app.createCaller('guest');
    await admin.post('/settings/role-assignments/', { user_id: colleague.id, role_id: id }).expect(201);
    await colleague.get('/users/').expect(200);
    expect((await colleague.get('/contacts/?expand=company').expect(403)).body.permission).toBe('view_contacts');
  });
});

test('a row given away is gone for who gave it, unless they made it', async () => {
  const { id } = (await admin.post('/contacts/', { ...person, owner_id: rep.id }).expect(201)).body;
  await rep.get(`/contacts/${id}/`).expect(200);
  await admin.patch(`/contacts/${id}/`, { owner_id: foreign.id }).expect(200);
  await rep.get(`/contacts/${id}/`).expect(404);
  await rep.get(`/contacts/${id}/history/`).expect(404);
  await foreign.get(`/contacts/${id}/`).expect(200);
});

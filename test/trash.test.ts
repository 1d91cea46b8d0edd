import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let manager: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
});
afterAll(() => app.close());

const newEmail = () => `${randomUUID()}@trash.example`;
async function createContact(more: object = {}) {
  return (await manager.post('/contacts/', { first_name: 'Old', last_name: 'Paper', ...more }).expect(201)).body;
}
async function trashContact(more: object = {}) {
  const contact = await createContact(more);
  await manager.delete(`/contacts/${contact.id}/`).expect(204);
  return contact;
}

describe('a row in the trash', () => {
  test('is answered with nothing when it goes there, and a second time with 404', async () => {
    const { id } = await createContact();
    const answer = await manager.delete(`/contacts/${id}/`).expect(204);
    expect(answer.text).toBe('');
    await manager.delete(`/contacts/${id}/`).expect(404);
  });

  test('stands in trashed=true and nowhere else', async () => {
    const { id, email } = await trashContact({ email: newEmail(), last_name: 'Zzyzx', city: 'Ghent' });
    const trash = await manager.get(`/contacts/?trashed=true&id=${id}`).expect(200);
    expect(trash.body).toMatchObject({
      count: 1,
      results: [{ id, deleted_at: expect.stringMatching(/Z$/), version: 2 }],
    });
    const queries = [
      `id=${id}`,
      `id__in=${id}`,
      `email=${email}`,
      'search=zzyzx',
      'last_name=Zzyzx',
      'city__contains=ghe',
    ];
    for (const query of queries) {
      expect((await manager.get(`/contacts/?${query}`).expect(200)).body).toMatchObject({ count: 0, results: [] });
      const found = await manager.get(`/contacts/?trashed=true&${query}`).expect(200);
      expect([query, found.body.count]).toEqual([query, 1]);
    }
    await manager.get(`/contacts/${id}/`).expect(404);
    await manager.patch(`/contacts/${id}/`, { city: 'X' }).expect(404);
    await manager.put(`/contacts/${id}/`, { first_name: 'A', last_name: 'B' }).expect(404);
    const bulk = { mode: 'partial', ids: [id] };
    for (const body of [
      { ...bulk, operation: 'delete' },
      { ...bulk, operation: 'update', changes: { city: 'X' } },
    ]) {
      const answer = await manager.post('/contacts/bulk/', body).expect(200);
      expect(answer.body.results[0].status).toBe(404);
    }
    await manager.get('/contacts/?trashed=yes').expect(400);
  });

  test('is in no count, statistic, label or expansion', async () => {
    const company = (await manager.post('/companies/', { name: `Gone ${randomUUID()}` }).expect(201)).body;
    const child = (await manager.post('/companies/', { name: 'Child', parent_id: company.id }).expect(201)).body;
    const contact = await createContact({ company_id: company.id });
    const total = (await manager.get('/contacts/statistics/')).body.total;
    await manager.delete(`/contacts/${contact.id}/`).expect(204);
    expect((await manager.get('/contacts/statistics/')).body.total).toBe(total - 1);
    expect((await manager.get(`/companies/${company.id}/`)).body.contacts_count).toBe(0);
    const kept = await createContact({ company_id: company.id });
    await manager.delete(`/companies/${company.id}/`).expect(204);
    const read = await manager.get(`/contacts/${kept.id}/?expand=company`).expect(200);
    expect(read.body).toMatchObject({ company_name: null, company: null });
    expect((await manager.get(`/companies/${child.id}/?expand=parent`)).body).toMatchObject({
      parent_name: null,
      parent: null,
    });
    for (const change of [{ company_id: company.id }, { company: company.name }]) {
      const answer = await manager.post('/contacts/', { first_name: 'New', last_name: 'Ref', ...change });
      if ('company' in change) expect(answer.body.company_id).not.toBe(company.id);
      else expect([answer.status, answer.body.errors[0].field]).toEqual([400, 'company_id']);
    }
    await manager.post(`/companies/${company.id}/restore/`).expect(200);
    expect((await manager.get(`/contacts/${kept.id}/`)).body.company_name).toBe(company.name);
  });

  test('shows its history, in which the delete stands', async () => {
    const { id } = await trashContact();
    const { body } = await manager.get(`/contacts/${id}/history/`).expect(200);
    expect(body.results.map((entry: { action: string }) => entry.action)).toEqual(['deleted', 'created']);
  });

  test('frees its unique values', async () => {
    const { email } = await trashContact({ email: newEmail() });
    await createContact({ email });
  });
});

describe('restore', () => {
  test('brings the row back as it was, one version on', async () => {
    const { id } = await trashContact({ city: 'Ghent' });
    const { body, headers } = await manager.post(`/contacts/${id}/restore`).expect(200);
    expect(body).toMatchObject({ id, city: 'Ghent', deleted_at: null, version: 3 });
    expect(headers.etag).toBe('"3"');
    await manager.get(`/contacts/${id}/`).expect(200);
    await manager.post(`/contacts/${id}/restore/`).expect(404);
  });

  test('of a row whose e-mail was taken meanwhile is a 409 that names who has it', async () => {
    const { id, email } = await trashContact({ email: newEmail() });
    const holder = await createContact({ email });
    const { body } = await manager.post(`/contacts/${id}/restore/`).expect(409);
    expect(body).toMatchObject({ code: 'duplicate', existing_id: holder.id, errors: [{ field: 'email' }] });
    await manager.get(`/contacts/${id}/`).expect(404);
    await manager.delete(`/contacts/${holder.id}/`).expect(204);
    await manager.post(`/contacts/${id}/restore/`).expect(200);
  });

  test('of two rows with one e-mail at once brings one of them back', async () => {
    const email = newEmail();
    const ids = [(await trashContact({ email })).id, (await trashContact({ email })).id];
    const answers = await Promise.all(ids.map((id) => manager.post(`/contacts/${id}/restore/`)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });

  test('and delete need the permission to delete', async () => {
    const rep = await app.createCaller('sales_rep');
    const { id } = (await rep.post('/contacts/', { first_name: 'My', last_name: 'Own' }).expect(201)).body;
    expect((await rep.delete(`/contacts/${id}/`).expect(403)).body.permission).toBe('delete_contacts');
    expect((await rep.post(`/contacts/${id}/restore/`).expect(403)).body.permission).toBe('delete_contacts');
  });
});

describe('permanent=true', () => {
  test('deletes for good, from the trash or not', async () => {
    for (const { id } of [await createContact(), await trashContact()]) {
      await admin.delete(`/contacts/${id}/?permanent=true`).expect(204);
      expect((await admin.get(`/contacts/?trashed=true&id=${id}`).expect(200)).body.count).toBe(0);
      await admin.post(`/contacts/${id}/restore/`).expect(404);
      await admin.get(`/contacts/${id}/history/`).expect(404);
      await admin.delete(`/contacts/${id}/?permanent=true`).expect(404);
    }
    await admin.delete(`/contacts/${randomUUID()}/?permanent=yes`).expect(400);
  });

  test('takes a company from what names it, each with a version and an event', async () => {
    const company = (await manager.post('/companies/', { name: 'Gone Ltd' }).expect(201)).body;
    const child = (await manager.post('/companies/', { name: 'Child', parent_id: company.id }).expect(201)).body;
    const contact = await createContact({ company_id: company.id, first_name: 'Left', last_name: 'Behind' });
    const items = Array.from({ length: 1000 }, () => ({ first_name: 'A', last_name: 'B', company_id: company.id }));
    for (let round = 0; round < 3; round += 1) {
      await admin.post('/contacts/bulk/', { operation: 'create', items }).expect(200);
    }
    const trashed = await trashContact({ company_id: company.id });
    await admin.delete(`/companies/${company.id}/?permanent=true`).expect(204);

    const { body } = await manager.get(`/contacts/${contact.id}/`).expect(200);
    expect(body).toMatchObject({ company_id: null, company_name: null, version: 2 });
    expect(body.updated_at > contact.updated_at).toBe(true);
    const history = (await manager.get(`/contacts/${contact.id}/history/`)).body.results;
    expect(history[0]).toMatchObject({
      action: 'updated',
      version: 2,
      actor: { id: admin.id },
      changes: { company_id: [company.id, null] },
    });
    expect((await manager.get(`/companies/${child.id}/`)).body).toMatchObject({ parent_id: null, version: 2 });
    expect((await manager.get(`/companies/${child.id}/history/`)).body.results[0].changes).toEqual({
      parent_id: [company.id, null],
    });
    const stale = manager.patch(`/contacts/${contact.id}/`, { company_id: child.id }).set('If-Match', '"1"');
    expect((await stale.expect(412)).body.errors).toMatchObject([{ field: 'company_id' }]);
    expect((await manager.post(`/contacts/${trashed.id}/restore/`).expect(200)).body.company_id).toBeNull();
    const recorded = await app.system.database.query(
      "SELECT 1 FROM audit_logs WHERE event = 'contact.updated' AND metadata -> 'purged' ->> 'id' = $1",
      [company.id],
    );
    expect(recorded.length).toBe(3002);
  });

  test('needs manage_settings beside delete_contacts', async () => {
    const role = {
      name: 'deleter',
      display_name: 'Deleter',
      level: 2,
      permissions: ['view_contacts', 'delete_contacts'],
    };
    const { body } = await admin.post('/settings/roles/', role).expect(201);
    const deleter = await app.createCaller('guest');
    await admin.post('/settings/role-assignments/', { user_id: deleter.id, role_id: body.id }).expect(201);
    const { id } = await createContact({ owner_id: deleter.id });
    const refused = await deleter.delete(`/contacts/${id}/?permanent=true`).expect(403);
    expect(refused.body.permission).toBe('manage_settings');
    await deleter.delete(`/contacts/${id}/`).expect(204);
    await deleter.delete(`/contacts/${id}/?permanent=true`).expect(403);
  });
});

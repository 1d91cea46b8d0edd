import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';
import { randomEmail } from '../support/visitor.ts';

let app: TestApp;
let admin: PanelVisitor;
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

async function create(noun: string, form: Record<string, string>): Promise<string> {
  return (await admin.post(`/api/resources/${noun}/actions/new`, form).expect(200)).body.record.params.id;
}

const createContact = (first_name: string, more: Record<string, string> = {}) =>
  create('contacts', { first_name, last_name: 'Bulk', ...more });

async function run(noun: string, action: string, ids: string[], visitor = admin) {
  return (await visitor.post(`/api/resources/${noun}/bulk/${action}?recordIds=${ids.join(',')}`).expect(200)).body;
}

async function listTrashed(noun: string, ids: string[]): Promise<boolean[]> {
  const rows = await app.system.database.query<{ id: string; is_trashed: boolean }>(
    `SELECT id, deleted_at IS NOT NULL AS is_trashed FROM ${noun} WHERE id = ANY($1::uuid[])`,
    [ids],
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.is_trashed ?? false);
}

async function countEvents(event: string, ids: string[]): Promise<number[]> {
  const events = await app.system.database.query<{ resource_id: string }>(
    'SELECT resource_id FROM audit_logs WHERE event = $1 AND resource_id = ANY($2::uuid[])',
    [event, ids],
  );
  return ids.map((id) => events.filter(({ resource_id }) => resource_id === id).length);
}

describe('moving rows to the trash in the list', () => {
  test('moves all of them, each with its event', async () => {
    const ids = [await createContact('One'), await createContact('Two'), await createContact('Three')];
    const body = await run('contacts', 'bulkDelete', ids);
    expect(body.notice).toEqual({ type: 'success', message: '3 rows moved to the trash.' });
    expect(body.redirectUrl).toBe('/admin/resources/contacts');
    expect(await listTrashed('contacts', ids)).toEqual([true, true, true]);
    expect(await countEvents('contact.deleted', ids)).toEqual([1, 1, 1]);
  });

  test('changes nothing where one of them cannot go, and names it', async () => {
    const role = { name: 'temporary', display_name: 'Temporary', level: '0', 'permissions.0': 'view_dashboard' };
    const temporary = await create('roles', role);
    const [viewer] = await app.system.database.query<{ id: string }>("SELECT id FROM roles WHERE name = 'viewer'");
    const ids = [temporary, viewer?.id ?? ''];
    const body = await run('roles', 'bulkDelete', ids);
    expect(body.notice).toEqual({
      type: 'error',
      message: 'Nothing was changed. Viewer: A system role cannot be deleted.',
    });
    expect(body.redirectUrl).toBeUndefined();
    expect(await listTrashed('roles', ids)).toEqual([false, false]);
    expect(await countEvents('role.deleted', ids)).toEqual([0, 0]);
  });

  test('counts a row that went meanwhile as a failure, by its name or at least its id', async () => {
    const ids = [await createContact('Here'), await createContact('Gone'), randomUUID()];
    await admin.post(`/api/resources/contacts/records/${ids[1]}/delete`).expect(200);
    const body = await run('contacts', 'bulkDelete', ids);
    expect(body.notice.message).toBe(`Nothing was changed. Gone Bulk: No such contact. ${ids[2]}: No such contact.`);
    expect(await listTrashed('contacts', ids)).toEqual([false, true, false]);
  });

  test('keeps the number of names bounded', async () => {
    const ids = [await createContact('Here'), ...Array.from({ length: 8 }, () => randomUUID())];
    const { notice } = await run('contacts', 'bulkDelete', ids);
    expect(notice.message).toMatch(/(No such contact\..*){5}And 3 more\.$/);
  });

  test('only asks when it is sent by GET, and needs the permission and the reach', async () => {
    const id = await createContact('Mine');
    await admin.get(`/api/resources/contacts/bulk/bulkDelete?recordIds=${id}`).expect(200);
    await create('roles', {
      name: 'reader',
      display_name: 'Reader',
      level: '1',
      'permissions.0': 'access_admin',
      'permissions.1': 'view_contacts',
    });
    const reader = await openPanelAs(app, 'reader');
    expect((await run('contacts', 'bulkDelete', [id], reader)).notice.type).toBe('error');
    expect(await listTrashed('contacts', [id])).toEqual([false]);
  });
});

test('where there is no trash, rows are deleted and it is said so', async () => {
  const assignments = '/api/resources/role_assignments';
  const { body } = await admin.get(`${assignments}/actions/list`).expect(200);
  const holder = await openPanelAs(app, 'admin');
  const list = await admin.get(`${assignments}/actions/list?filters.user_id=${holder.id}`).expect(200);
  const [own] = list.body.records;
  expect(body.records[0].bulkActions.map(({ name }: { name: string }) => name)).toEqual(['bulkDelete']);
  const { notice } = await run('role_assignments', 'bulkDelete', [own.id]);
  expect(notice).toEqual({ type: 'success', message: '1 row deleted.' });
  expect(await countEvents('role_assignment.deleted', [own.id])).toEqual([1]);
});

describe('bringing rows back in the trash', () => {
  test('brings all of them back, or none', async () => {
    const email = randomEmail();
    const ids = [await createContact('Left'), await createContact('Right', { email })];
    await run('contacts', 'bulkDelete', ids);
    const holder = await createContact('Holder', { email });
    const refused = await run('contacts', 'bulkRestore', ids);
    expect(refused.notice.message).toBe(
      'Nothing was changed. Right Bulk: email: There is a contact with this email already.',
    );
    expect(await listTrashed('contacts', ids)).toEqual([true, true]);
    await admin.post(`/api/resources/contacts/records/${holder}/delete`).expect(200);
    const restored = await run('contacts', 'bulkRestore', ids);
    expect(restored.notice).toEqual({ type: 'success', message: '2 rows restored.' });
    expect(await listTrashed('contacts', ids)).toEqual([false, false]);
    expect(await countEvents('contact.restored', ids)).toEqual([1, 1]);
  });
});

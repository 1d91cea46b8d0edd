import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';
import { randomEmail } from '../support/visitor.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const CONTACTS = '/api/resources/contacts';
const record = (id: string, action: string) => `${CONTACTS}/records/${id}/${action}`;

async function createContact(visitor: PanelVisitor, form: Record<string, string> = {}): Promise<string> {
  const fields = { first_name: 'Old', last_name: 'Paper', ...form };
  return (await visitor.post(`${CONTACTS}/actions/new`, fields).expect(200)).body.record.params.id;
}

async function trashContact(visitor: PanelVisitor, form: Record<string, string> = {}): Promise<string> {
  const id = await createContact(visitor, form);
  await visitor.post(record(id, 'delete')).expect(200);
  return id;
}

async function listIds(visitor: PanelVisitor, query: string): Promise<string[]> {
  const { body } = await visitor.get(`${CONTACTS}/actions/list?perPage=200&${query}`).expect(200);
  expect(body.meta.total).toBe(body.records.length);
  return body.records.map(({ id }: { id: string }) => id);
}

async function listEvents(id: string): Promise<string[]> {
  const events = await app.system.database.query<{ event: string }>(
    'SELECT event FROM audit_logs WHERE resource_id = $1 ORDER BY id',
    [id],
  );
  return events.map(({ event }) => event);
}

const namesOf = (actions: { name: string }[]) => actions.map(({ name }) => name).sort();

describe('the trash of a noun', () => {
  test('is a tab of its list, with filters, and offers what a row there allows', async () => {
    const gone = await trashContact(admin, { city: 'Ghent' });
    const other = await trashContact(admin, { city: 'Bruges' });
    const living = await createContact(admin, { city: 'Ghent' });
    expect(await listIds(admin, '')).toEqual(expect.arrayContaining([living]));
    expect(await listIds(admin, '')).not.toContain(gone);
    expect(await listIds(admin, 'tab=trash')).toEqual(expect.arrayContaining([gone, other]));
    expect(await listIds(admin, 'tab=trash&filters.city=Ghent')).toEqual([gone]);
    const trashed = (await admin.get(record(gone, 'show')).expect(200)).body.record;
    expect(trashed.title).toBe('Old Paper');
    expect(namesOf(trashed.recordActions)).toEqual(['history', 'purge', 'restore', 'show']);
    expect(namesOf(trashed.bulkActions)).toEqual(['bulkRestore']);
    const kept = (await admin.get(record(living, 'show')).expect(200)).body.record;
    expect(namesOf(kept.recordActions)).toEqual(['delete', 'edit', 'history', 'show']);
    expect(namesOf(kept.bulkActions)).toEqual(['bulkDelete']);
  });

  test('is not changed, and is in no label or search', async () => {
    const companies = '/api/resources/companies';
    const company = (await admin.post(`${companies}/actions/new`, { name: 'Gone Ltd' })).body.record.params.id;
    const id = await createContact(admin, { company_id: company });
    await admin.post(`${companies}/records/${company}/delete`).expect(200);
    expect((await admin.get(record(id, 'show'))).body.record.populated).not.toHaveProperty('company_id');
    expect((await admin.get(`${companies}/actions/search/Gone`)).body.records).toEqual([]);
    const edited = await admin.post(`${companies}/records/${company}/edit`, { name: 'Back' }).expect(200);
    expect(edited.body.notice).toEqual({ type: 'error', message: 'No such company.' });
  });

  test('does not exist where rows are not brought back', async () => {
    for (const noun of ['users', 'role_assignments']) {
      const { body } = await admin.get(`/api/resources/${noun}/actions/list?tab=trash`).expect(200);
      expect(body).toMatchObject({ records: [], notice: { type: 'error' } });
      await admin.post(`/api/resources/${noun}/records/${admin.id}/restore`).expect(404);
    }
  });
});

describe('restore', () => {
  test('brings a row back through the service', async () => {
    const id = await trashContact(admin, { city: 'Ghent' });
    // A link on another site causes a GET.
    await admin.get(record(id, 'restore')).expect(200);
    expect(await listEvents(id)).not.toContain('contact.restored');
    const { body } = await admin.post(record(id, 'restore')).expect(200);
    expect(body).toMatchObject({
      notice: { type: 'success' },
      redirectUrl: `/admin/resources/contacts/records/${id}/show`,
    });
    expect(await listEvents(id)).toEqual(['contact.created', 'contact.deleted', 'contact.restored']);
    expect(await listIds(admin, '')).toContain(id);
    const again = await admin.post(record(id, 'restore')).expect(200);
    expect(again.body.notice).toEqual({ type: 'error', message: 'No such contact.' });
  });

  test('says which value was taken meanwhile', async () => {
    const email = randomEmail();
    const id = await trashContact(admin, { email });
    await createContact(admin, { email });
    const { body } = await admin.post(record(id, 'restore')).expect(200);
    expect(body.notice.message).toBe('E-mail: There is a contact with this email already.');
    expect(body.redirectUrl).toBeUndefined();
  });
});

describe('deleting for good', () => {
  test('leaves the events and nothing else', async () => {
    const id = await trashContact(admin);
    const { body } = await admin.post(record(id, 'purge')).expect(200);
    expect(body).toMatchObject({ notice: { type: 'success' }, redirectUrl: '/admin/resources/contacts?tab=trash' });
    expect(await listEvents(id)).toEqual(['contact.created', 'contact.deleted', 'contact.purged']);
    expect(await app.system.database.query('SELECT 1 FROM contacts WHERE id = $1', [id])).toEqual([]);
  });

  test('needs manage_settings, and restore the permission to delete, within scope', async () => {
    const permissions = ['access_admin', 'view_contacts', 'create_contacts', 'delete_contacts'];
    await admin.post('/api/resources/roles/actions/new', {
      name: 'cleaner',
      display_name: 'Cleaner',
      level: '2',
      ...Object.fromEntries(permissions.map((code, index) => [`permissions.${index}`, code])),
    });
    const cleaner = await openPanelAs(app, 'cleaner');
    const foreign = await trashContact(admin);
    const own = await trashContact(cleaner);
    expect(await listIds(cleaner, 'tab=trash')).toEqual([own]);
    for (const action of ['restore', 'purge', 'show', 'history']) {
      const { body } = await cleaner.post(record(foreign, action)).expect(200);
      expect(body).toMatchObject({ notice: { type: 'error' }, record: { params: {} } });
    }
    const purged = await cleaner.post(record(own, 'purge')).expect(200);
    expect(purged.body).toMatchObject({ notice: { type: 'error' }, record: { params: {} } });
    expect(await listEvents(own)).toEqual(['contact.created', 'contact.deleted']);
    expect((await cleaner.post(record(own, 'restore')).expect(200)).body.notice.type).toBe('success');
    expect(await listEvents(foreign)).toEqual(['contact.created', 'contact.deleted']);
  });
});

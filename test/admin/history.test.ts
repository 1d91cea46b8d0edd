import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const CONTACTS = '/api/resources/contacts';

async function createContact(): Promise<string> {
  const form = { first_name: 'Ada', last_name: 'Lovelace', city: 'Rome' };
  return (await admin.post(`${CONTACTS}/actions/new`, form).expect(200)).body.record.params.id;
}

async function readHistory(id: string, query = '') {
  return (await admin.get(`${CONTACTS}/records/${id}/history${query}`).expect(200)).body.history;
}

test('the history says who changed which field from what to what, newest first, in the trash too', async () => {
  const id = await createContact();
  const company = { name: 'Historic Ltd' };
  const { record } = (await admin.post('/api/resources/companies/actions/new', company).expect(200)).body;
  const form = { city: 'Oslo', company_id: record.params.id };
  await admin.post(`${CONTACTS}/records/${id}/edit`, form).expect(200);
  await admin.post(`${CONTACTS}/records/${id}/delete`).expect(200);
  const { entries, before } = await readHistory(id);
  expect(before).toBeNull();
  expect(entries.map(({ action }: { action: string }) => action)).toEqual(['deleted', 'updated', 'created']);
  expect(entries[1]).toMatchObject({
    actor_name: 'admin Panel',
    created_at: expect.stringMatching(/Z$/),
    changes: [
      { field: 'company_id', before: null, after: 'Historic Ltd' },
      { field: 'city', before: 'Rome', after: 'Oslo' },
    ],
  });
  const owner = entries[2].changes.find(({ field }: { field: string }) => field === 'owner_id');
  expect(owner).toEqual({ field: 'owner_id', before: null, after: 'admin Panel' });
});

test('it goes on where a page of it ended', async () => {
  const id = await createContact();
  for (let index = 0; index < 22; index += 1) {
    await admin.post(`${CONTACTS}/records/${id}/edit`, { city: `City ${index}` }).expect(200);
  }
  const first = await readHistory(id);
  expect(first.entries).toHaveLength(20);
  expect(first.entries[0].changes).toEqual([{ field: 'city', before: 'City 20', after: 'City 21' }]);
  const rest = await readHistory(id, `?before=${first.before}`);
  expect(rest).toMatchObject({ before: null });
  expect(rest.entries.map(({ action }: { action: string }) => action)).toEqual(['updated', 'updated', 'created']);
  const refused = await admin.get(`${CONTACTS}/records/${id}/history?before=nonsense`).expect(200);
  expect(refused.body.notice.type).toBe('error');
});

test('every noun has one', async () => {
  const { history } = (await admin.get(`/api/resources/users/records/${admin.id}/history`).expect(200)).body;
  expect(history.entries.map(({ action }: { action: string }) => action)).toContain('signed_in');
});

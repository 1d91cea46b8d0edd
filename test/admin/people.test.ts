import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { createPanelUser, openPanelAs, type PanelVisitor, visitPanel } from '../support/panel.ts';
import { randomEmail } from '../support/visitor.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const USERS = '/api/resources/users';

async function findRole(name: string): Promise<string> {
  const [role] = await app.system.database.query<{ id: string }>('SELECT id FROM roles WHERE name = $1', [name]);
  return role?.id ?? '';
}

async function newUser(form: Record<string, string> = {}) {
  return {
    email: randomEmail(),
    first_name: 'Mary',
    last_name: 'Somerville',
    role_id: await findRole('admin'),
    password: 'celestial mechanism',
    ...form,
  };
}

describe('a user made at the panel', () => {
  test('has a role, signs in with the first password, and stands in the audit log without it', async () => {
    const form = await newUser();
    const { body } = await admin.post(`${USERS}/actions/new`, form).expect(200);
    expect(body.notice.type).toBe('success');
    const { id } = body.record.params;
    expect((await visitPanel(app).signIn(form.email, form.password)).status).toBe(303);
    const shown = (await admin.get(`${USERS}/records/${id}/show`).expect(200)).body.record.params;
    expect(shown).toMatchObject({ email: form.email, full_name: 'Mary Somerville', 'roles.0.name': 'Administrator' });
    const events = await app.system.database.query<{ event: string; text: string }>(
      `SELECT event, changes::text || metadata::text AS text FROM audit_logs
       WHERE actor_id = $1 AND (resource_id = $2 OR metadata->>'user_id' = $2::text) ORDER BY id`,
      [admin.id, id],
    );
    expect(events.map(({ event }) => event)).toEqual(['user.created', 'role_assignment.created']);
    expect(JSON.stringify(events)).not.toMatch(/celestial|argon2/);
  });

  test.each([
    ['email', { email: 'nonsense' }],
    ['password', { password: 'short' }],
    ['password', { password: 'password123' }],
    ['role_id', { role_id: '' }],
    ['role_id', { role_id: '01890000-0000-7000-8000-000000000000' }],
  ])('is refused at %s for %j', async (field, fault) => {
    const form = await newUser(fault);
    const { body } = await admin.post(`${USERS}/actions/new`, form).expect(200);
    expect(Object.keys(body.record.errors)).toEqual([field]);
    const rows = await app.system.database.query('SELECT 1 FROM users WHERE email = $1', [form.email]);
    expect(rows).toEqual([]);
  });

  test('is refused for an e-mail that is taken', async () => {
    const { email } = await createPanelUser(app, 'viewer');
    const { body } = await admin.post(`${USERS}/actions/new`, await newUser({ email })).expect(200);
    expect(Object.keys(body.record.errors)).toEqual(['email']);
  });

  test('gets no role above its maker’s own, and is made by nobody without the permission', async () => {
    for (const [name, permissions] of [
      ['recruiter', ['access_admin', 'view_team', 'invite_users', 'view_dashboard']],
      ['watcher', ['access_admin', 'view_team']],
    ] as const) {
      const list = Object.fromEntries(permissions.map((code, index) => [`permissions.${index}`, code]));
      await admin.post('/api/resources/roles/actions/new', { name, display_name: name, level: '2', ...list });
    }
    const recruiter = await openPanelAs(app, 'recruiter');
    const above = await newUser();
    const refused = await recruiter.post(`${USERS}/actions/new`, above).expect(200);
    expect(refused.body.notice).toEqual({ type: 'error', message: 'This role is above your own level.' });
    expect(await app.system.database.query('SELECT 1 FROM users WHERE email = $1', [above.email])).toEqual([]);
    const below = await newUser({ role_id: await findRole('guest') });
    expect((await recruiter.post(`${USERS}/actions/new`, below).expect(200)).body.notice.type).toBe('success');
    const watcher = await openPanelAs(app, 'watcher');
    const guest = await newUser({ role_id: await findRole('guest') });
    expect((await watcher.post(`${USERS}/actions/new`, guest).expect(200)).body.notice.type).toBe('error');
  });
});

describe('the members of a team', () => {
  test('are shown, added, put in charge and removed', async () => {
    const team = await admin.post('/api/resources/teams/actions/new', { name: 'West' }).expect(200);
    const path = `/api/resources/teams/records/${team.body.record.params.id}/members`;
    const { id: user_id } = await createPanelUser(app, 'viewer', { first_name: 'Wanda' });
    for (const standing of ['member', 'manager']) {
      const { body } = await admin.post(path, { user_id, standing }).expect(200);
      expect(body.members).toMatchObject([{ user_id, user_name: 'Wanda Panel', is_manager: standing === 'manager' }]);
    }
    const shown = (await admin.get(`${USERS}/records/${user_id}/show`).expect(200)).body.record.params;
    expect(shown).toMatchObject({ 'teams.0.name': 'West', 'teams.0.is_manager': true });
    const watcher = await openPanelAs(app, 'watcher');
    expect((await watcher.get(path).expect(200)).body).toMatchObject({ members: [{ user_id }], can_change: false });
    const refused = await watcher.post(path, { user_id, standing: 'none' }).expect(200);
    expect(refused.body.notice.type).toBe('error');
    expect((await admin.post(path, { user_id, standing: 'king' }).expect(200)).body.notice.type).toBe('error');
    expect((await admin.post(path, { user_id, standing: 'none' }).expect(200)).body.members).toEqual([]);
  });
});

describe('roles', () => {
  test('of the system are not offered for deletion', async () => {
    await admin.post('/api/resources/roles/actions/new', { name: 'extra', display_name: 'Extra', level: '1' });
    const { body } = await admin.get('/api/resources/roles/actions/list').expect(200);
    const offers = (name: string) => {
      const role = body.records.find(({ params }: { params: { name: string } }) => params.name === name);
      const actions = [...role.recordActions, ...role.bulkActions].map((action: { name: string }) => action.name);
      return { id: role.id, actions };
    };
    expect(offers('extra').actions).toEqual(expect.arrayContaining(['delete', 'bulkDelete']));
    const viewer = offers('viewer');
    expect(viewer.actions).not.toEqual(expect.arrayContaining(['delete']));
    expect(viewer.actions).not.toEqual(expect.arrayContaining(['bulkDelete']));
    const refused = await admin.post(`/api/resources/roles/records/${viewer.id}/delete`).expect(200);
    expect(refused.body.notice.type).toBe('error');
  });

  test('that are deleted take their assignments out of the list, and bring them back', async () => {
    const roles = '/api/resources/roles';
    const role = await admin.post(`${roles}/actions/new`, { name: 'brief', display_name: 'Brief', level: '1' });
    const role_id: string = role.body.record.params.id;
    await admin.post('/api/resources/role_assignments/actions/new', { user_id: admin.id, role_id }).expect(200);
    const countGiven = async () => {
      const list = `/api/resources/role_assignments/actions/list?filters.role_id=${role_id}`;
      return (await admin.get(list).expect(200)).body.meta.total;
    };
    expect(await countGiven()).toBe(1);
    await admin.post(`${roles}/records/${role_id}/delete`).expect(200);
    expect(await countGiven()).toBe(0);
    await admin.post(`${roles}/records/${role_id}/restore`).expect(200);
    expect(await countGiven()).toBe(1);
  });
});

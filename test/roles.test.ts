import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { permissionCodes, SYSTEM_ROLES } from '../src/auth/permissions.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import { type Caller, requestsWith } from './support/caller.ts';
import { eventually } from './support/eventually.ts';
import { openTwin, type Twin } from './support/twin.ts';

let app: TestApp;
let twin: Twin;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  twin = await openTwin(app);
  admin = await app.createCaller('admin');
});
afterAll(async () => {
  await twin.close();
  await app.close();
});

async function createRole(more: Record<string, unknown> = {}) {
  const name = `role_${randomInt(1e9)}`;
  const body = { name, display_name: 'Made for a test', level: 2, permissions: ['view_contacts'], ...more };
  return (await admin.post('/settings/roles/', body).expect(201)).body;
}

async function roleId(name: string): Promise<string> {
  return (await admin.get(`/settings/roles/?name=${name}`).expect(200)).body.results[0].id;
}

async function give(role_id: string, user_id: string, team_id?: string) {
  return (await admin.post('/settings/role-assignments/', { role_id, user_id, team_id }).expect(201)).body;
}

/** A user whose only role is a new one. */
async function createHolder(role: Record<string, unknown>, team_id?: string): Promise<Caller> {
  const caller = await app.createCaller('guest');
  await give((await createRole(role)).id, caller.id, team_id);
  return caller;
}

describe('the system roles', () => {
  test('are five, as the list has them', async () => {
    const { body } = await admin.get('/settings/roles/?is_system_role=true&ordering=-level').expect(200);
    expect(body.results.map((role: { name: string }) => role.name)).toEqual(SYSTEM_ROLES.map((role) => role.name));
    for (const [index, role] of SYSTEM_ROLES.entries()) {
      expect(body.results[index]).toMatchObject({
        display_name: role.display_name,
        level: role.level,
        color: role.color,
        permissions: [...role.permissions].sort(),
        permissions_count: role.permissions.length,
      });
    }
  });

  test('are neither deleted, renamed nor moved to another level', async () => {
    const id = await roleId('viewer');
    expect((await admin.delete(`/settings/roles/${id}/`)).status).toBe(409);
    expect((await admin.delete(`/settings/roles/${id}/?permanent=true`)).status).toBe(409);
    const bulk = { operation: 'delete', mode: 'atomic', ids: [id] };
    expect((await admin.post('/settings/roles/bulk/', bulk)).status).toBe(400);
    const { body } = await admin.patch(`/settings/roles/${id}/`, { name: 'reader' }).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'name', code: 'system_role' });
    await admin.patch(`/settings/roles/${id}/`, { level: 3 }).expect(400);
    await admin.patch(`/settings/roles/${id}/`, { is_system_role: false }).expect(400);
    await admin.patch(`/settings/roles/${id}/`, { description: 'Reads.' }).expect(200);
  });

  test('are made anew where missing, and reset only when forced', async () => {
    const id = await roleId('guest');
    await admin.patch(`/settings/roles/${id}/`, { color: 'pink' }).expect(200);
    const kept = (await admin.post('/settings/roles/initialize/').expect(200)).body;
    expect(kept.roles.find((role: { name: string }) => role.name === 'guest')).toMatchObject({
      outcome: 'edited',
      fields: ['color'],
    });
    await admin.post('/settings/roles/initialize/', { force: true }).expect(200);
    expect((await admin.get(`/settings/roles/${id}/`)).body.color).toBe('yellow');
    const again = (await admin.post('/settings/roles/initialize/', { force: true })).body;
    expect(again.roles.every((role: { outcome: string }) => role.outcome === 'unchanged')).toBe(true);
  });

  test('the administrators cannot take their own permissions away', async () => {
    const id = await roleId('admin');
    await admin.patch(`/settings/roles/${id}/`, { permissions: [] }).expect(400);
    await admin.patch(`/settings/roles/${id}/`, { permissions: [...permissionCodes].sort() }).expect(200);
  });
});

describe('a custom role', () => {
  test('is made, given, changed and taken away, each felt at once in every process', async () => {
    const rep = await app.createCaller('guest');
    const there = requestsWith(twin.url, rep.access);
    await there.get('/contacts/').expect(403);
    const role = await createRole();
    const assignment = await give(role.id, rep.id);
    await rep.get('/contacts/').expect(200);
    await within(() => there.get('/contacts/'), 200);
    await admin.patch(`/settings/roles/${role.id}/`, { permissions: ['view_deals'] }).expect(200);
    await rep.get('/contacts/').expect(403);
    await within(() => there.get('/contacts/'), 403);
    await admin.patch(`/settings/roles/${role.id}/`, { permissions: ['view_contacts'] }).expect(200);
    await within(() => there.get('/contacts/'), 200);
    await admin.delete(`/settings/role-assignments/${assignment.id}/`).expect(204);
    await rep.get('/contacts/').expect(403);
    await within(() => there.get('/contacts/'), 403);
    await admin.delete(`/settings/role-assignments/${assignment.id}/`).expect(404);
  });

  test('made again under the same name has no old grant', async () => {
    const holder = await app.createCaller('guest');
    const old = await createRole({ name: 'phoenix' });
    await give(old.id, holder.id);
    await holder.get('/contacts/').expect(200);
    await admin.delete(`/settings/roles/${old.id}/`).expect(204);
    await holder.get('/contacts/').expect(403);
    const renewed = await createRole({ name: 'phoenix' });
    await holder.get('/contacts/').expect(403);
    expect(renewed.users_count).toBe(0);
    const mine = (await holder.get('/settings/permissions/me/')).body;
    expect(mine.roles).toEqual(['guest']);
    await admin.post(`/settings/roles/${old.id}/restore/`).expect(409);
  });

  test.each([
    ['an unknown permission', { permissions: ['view_contact'] }],
    ['a level above all', { level: 5 }],
    ['a name with capitals', { name: 'Role' }],
    ['is_system_role', { is_system_role: true }],
    ['no name', { name: '' }],
  ])('is refused with %s', async (_what, more) => {
    const body = { name: 'fine', display_name: 'Fine', level: 1, ...more };
    await admin.post('/settings/roles/', body).expect(400);
  });

  test('has a plain colour', async () => {
    const make = (color: string) =>
      admin.post('/settings/roles/', { name: `c${Date.now()}${color.length}`, display_name: 'C', level: 0, color });
    for (const color of ['red;', 'url(x)', 'javascript:x', '#12', '#12345g', 'x', 'light blue']) {
      expect((await make(color).expect(400)).body.errors).toMatchObject([{ field: 'color' }]);
    }
    for (const [given, kept] of [
      ['teal', 'teal'],
      ['#ABC', '#abc'],
      ['#3b82f6', '#3b82f6'],
      ['', 'gray'],
    ] as const) {
      expect((await make(given).expect(201)).body.color).toBe(kept);
    }
  });

  test('needs a name of its own', async () => {
    await admin.post('/settings/roles/', { name: 'admin', display_name: 'Admin', level: 1 }).expect(409);
  });
});

describe('nobody grants beyond themselves', () => {
  const permissions = ['assign_roles', 'view_contacts', 'view_team', 'remove_users', 'manage_team'];

  test('neither a higher role nor a permission that they lack', async () => {
    const lesser = await createHolder({ level: 3, permissions });
    const adminRole = await roleId('admin');
    const refused = [
      lesser.post('/settings/role-assignments/', { role_id: adminRole, user_id: lesser.id }),
      lesser.post('/settings/role-assignments/', { role_id: await roleId('manager'), user_id: lesser.id }),
      lesser.post('/settings/roles/', { name: 'up', display_name: 'Up', level: 4 }),
      lesser.post('/settings/roles/', { name: 'up', display_name: 'Up', level: 1, permissions: ['manage_settings'] }),
      lesser.patch(`/settings/roles/${adminRole}/`, { description: 'Mine.' }),
      lesser.patch(`/settings/roles/${await roleId('manager')}/`, { permissions: [] }),
      lesser.post('/settings/roles/initialize/', { force: true }),
    ];
    for (const answer of await Promise.all(refused)) expect(answer.status).toBe(403);
    const own = await lesser.post('/settings/roles/', { name: 'aside', display_name: 'Aside', level: 3, permissions });
    expect(own.status).toBe(201);
    await lesser.patch(`/settings/roles/${own.body.id}/`, { level: 4 }).expect(403);
    const bulk = { operation: 'create', mode: 'partial', items: [{ name: 'up2', display_name: 'Up', level: 4 }] };
    expect((await lesser.post('/settings/roles/bulk/', bulk)).body).toMatchObject({ succeeded: 0, failed: 1 });
    await lesser.post(`/users/${admin.id}/suspend/`).expect(403);
    await lesser.patch(`/users/${admin.id}/`, { first_name: 'Owned' }).expect(403);
  });

  test('nor anything with a role that is limited to a team', async () => {
    const team = (await admin.post('/teams/', { name: `Team ${randomUUID()}` }).expect(201)).body;
    const limited = await app.createCaller('guest');
    await give(await roleId('admin'), limited.id, team.id);
    const adminRole = await roleId('admin');
    await limited.post('/settings/role-assignments/', { role_id: adminRole, user_id: limited.id }).expect(403);
    await limited.post(`/users/${admin.id}/suspend/`).expect(403);
    await limited.get('/contacts/').expect(200);
    const both = await app.createCaller('guest');
    await give(adminRole, both.id, team.id);
    await give((await createRole({ level: 2, permissions: ['assign_roles'] })).id, both.id);
    await both.post('/settings/role-assignments/', { role_id: adminRole, user_id: both.id }).expect(403);
    const widen = { name: 'widen', display_name: 'Widen', level: 2, permissions: ['delete_contacts'] };
    await both.post('/settings/roles/', widen).expect(403);
  });

  test.each([['manager'], ['sales_rep'], ['viewer'], ['guest']] as const)('%s writes no role', async (name) => {
    const caller = await app.createCaller(name);
    const role_id = await roleId('guest');
    const answers = await Promise.all([
      caller.post('/settings/roles/', { name: 'mine', display_name: 'Mine', level: 0 }),
      caller.patch(`/settings/roles/${role_id}/`, { description: 'Mine' }),
      caller.delete(`/settings/roles/${role_id}/`),
      caller.post('/settings/roles/initialize/'),
      caller.post('/settings/role-assignments/', { role_id, user_id: caller.id }),
    ]);
    for (const { status, body } of answers) {
      expect(status).toBe(403);
      expect(body).toMatchObject({ code: 'permission_denied', permission: 'assign_roles' });
    }
    await caller.get('/settings/roles/').expect(200);
  });
});

async function within(ask: () => PromiseLike<{ status: number }>, status: number): Promise<void> {
  expect((await eventually(ask, (answer) => answer.status === status)).status).toBe(status);
}

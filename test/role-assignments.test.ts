import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { permissionCodes } from '../src/auth/permissions.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller, RoleName } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
});
afterAll(() => app.close());

async function roleId(name: string): Promise<string> {
  return (await admin.get(`/settings/roles/?name=${name}`).expect(200)).body.results[0].id;
}

async function assignmentOf(caller: Caller): Promise<string> {
  const { body } = await admin.get(`/settings/role-assignments/?user_id=${caller.id}`).expect(200);
  return body.results[0].id;
}

describe('role assignments', () => {
  test('are given with who gave them, and once', async () => {
    const viewer = await app.createCaller('viewer');
    const role_id = await roleId('sales_rep');
    const { body } = await admin.post('/settings/role-assignments/', { role_id, user_id: viewer.id }).expect(201);
    expect(body).toMatchObject({
      user_id: viewer.id,
      user_email: viewer.email,
      user_name: 'viewer Tester',
      role: { id: role_id, name: 'sales_rep', level: 2 },
      team_id: null,
      assigned_by_id: admin.id,
      assigned_by_name: 'admin Tester',
    });
    const again = await admin.post('/settings/role-assignments/', { role_id, user_id: viewer.id }).expect(409);
    expect(again.body.code).toBe('duplicate');
  });

  test('are refused for what is not there', async () => {
    const viewer = await app.createCaller('viewer');
    const role_id = await roleId('sales_rep');
    const nobody = randomUUID();
    const answers = [
      { role_id: nobody, user_id: viewer.id },
      { role_id, user_id: nobody },
      { role_id, user_id: viewer.id, team_id: nobody },
      { role_id: 'x', user_id: viewer.id },
      { role_id: [role_id], user_id: viewer.id },
      { role_id },
    ].map((body) => admin.post('/settings/role-assignments/', body));
    for (const { status } of await Promise.all(answers)) expect(status).toBe(400);
  });

  test('of others are seen only by those who may assign roles', async () => {
    const viewer = await app.createCaller('viewer');
    const { body } = await viewer.get('/settings/role-assignments/').expect(200);
    expect(body.count).toBe(1);
    expect(body.results[0].user_id).toBe(viewer.id);
    const others = await viewer.get(`/settings/role-assignments/?user_id=${admin.id}`).expect(200);
    expect(others.body).toMatchObject({ count: 0, results: [] });
    await viewer.delete(`/settings/role-assignments/${await assignmentOf(viewer)}/`).expect(403);
    expect((await admin.get('/settings/role-assignments/')).body.count).toBeGreaterThan(1);
  });

  test('are a list like every other', async () => {
    const viewer = await app.createCaller('viewer');
    for (const name of ['sales_rep', 'guest']) {
      const body = { role_id: await roleId(name), user_id: viewer.id };
      const { body: given, headers } = await admin.post('/settings/role-assignments/', body).expect(201);
      expect(headers.etag).toBe('"1"');
      const read = (await viewer.get(`/settings/role-assignments/${given.id}/`).expect(200)).body;
      expect(read).toMatchObject({ user_email: viewer.email, role: { name }, assigned_by_name: 'admin Tester' });
    }
    const first = (await viewer.get('/settings/role-assignments/?page_size=2').expect(200)).body;
    expect(first).toMatchObject({ count: 3, count_is_estimate: false, previous: null, results: [{}, {}] });
    expect(first.next).toContain('page=2');
    const ordered = await viewer.get('/settings/role-assignments/?ordering=created_at&cursor=&page_size=2').expect(200);
    const last = await viewer.get(ordered.body.next.replace(/^.*\/api\/v1/, '')).expect(200);
    expect(last.body.results).toMatchObject([{ id: first.results[0].id }]);
    const guests = `/settings/role-assignments/?role_id=${await roleId('guest')}&count=exact`;
    expect((await viewer.get(guests).expect(200)).body.count).toBe(1);
    await viewer.get(`/settings/role-assignments/${await assignmentOf(admin)}/`).expect(404);
    const { body } = await viewer.get('/settings/role-assignments/?usr_id=x').expect(400);
    expect(body.detail).toContain('user_id');
  });

  test('are not given to the suspended, and neither are rows', async () => {
    const [viewer, other] = [await app.createCaller('viewer'), await app.createCaller('viewer')];
    const held = (await admin.post('/contacts/', { first_name: 'A', last_name: 'B', owner_id: viewer.id })).body;
    await admin.post(`/users/${viewer.id}/suspend/`).expect(200);
    const given = { role_id: await roleId('guest'), user_id: viewer.id };
    const { body } = await admin.post('/settings/role-assignments/', given).expect(400);
    expect(body.errors).toMatchObject([{ field: 'user_id', code: 'suspended' }]);
    for (const field of ['owner_id', 'assigned_to_id']) {
      const row = { first_name: 'A', last_name: 'B', owner_id: other.id, [field]: viewer.id };
      const refused = await admin.post('/contacts/', row).expect(400);
      expect(refused.body.errors).toMatchObject([{ field, code: 'suspended' }]);
    }
    await admin.patch(`/contacts/${held.id}/`, { owner_id: viewer.id, city: 'Kept' }).expect(200);
    await admin.patch(`/contacts/${held.id}/`, { assigned_to_id: viewer.id }).expect(400);
  });

  test('within a team reach the rows of its members only', async () => {
    const [member, outsider] = [await app.createCaller('sales_rep'), await app.createCaller('sales_rep')];
    const team = (await admin.post('/teams/', { name: `Team ${randomUUID()}` }).expect(201)).body;
    await admin.post(`/teams/${team.id}/members/`, { user_id: member.id }).expect(200);
    const inside = (await member.post('/contacts/', { first_name: 'In', last_name: 'Side' }).expect(201)).body;
    const outside = (await outsider.post('/contacts/', { first_name: 'Out', last_name: 'Side' }).expect(201)).body;
    const limited = await app.createCaller('guest');
    const role_id = await roleId('manager');
    const body = { role_id, user_id: limited.id, team_id: team.id };
    await admin.post('/settings/role-assignments/', body).expect(201);
    await limited.get(`/contacts/${inside.id}/`).expect(200);
    await limited.get(`/contacts/${outside.id}/`).expect(404);
    await limited.patch(`/contacts/${outside.id}/`, { last_name: 'Mine' }).expect(404);
    expect((await limited.get('/contacts/')).body.count).toBe(1);
    await admin.delete(`/teams/${team.id}/members/${member.id}/`).expect(204);
    await limited.get(`/contacts/${inside.id}/`).expect(404);
  });
});

describe('permissions', () => {
  test.each<[RoleName, number, boolean]>([
    ['admin', 4, true],
    ['manager', 3, false],
    ['guest', 0, false],
  ])('of a %s are told to them', async (name, level, is_admin) => {
    const caller = await app.createCaller(name);
    const { body } = await caller.get('/settings/permissions/me/').expect(200);
    expect(body).toMatchObject({ user_id: caller.id, email: caller.email, roles: [name], is_admin });
    expect(body.highest_role_level).toBe(level);
    expect(body.permissions).toEqual((await caller.get('/auth/me/')).body.permissions);
  });

  test('are listed with a sentence each', async () => {
    const guest = await app.createCaller('guest');
    const { body } = await guest.get('/settings/permissions/').expect(200);
    const listed = body.groups.flatMap((group: { permissions: { code: string }[] }) => group.permissions);
    expect(listed.map((each: { code: string }) => each.code).sort()).toEqual([...permissionCodes].sort());
    for (const { sentence } of listed) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });

  test('are checked with a reason, and for one row within its scope', async () => {
    const [rep, other] = [await app.createCaller('sales_rep'), await app.createCaller('sales_rep')];
    const { id } = (await rep.post('/contacts/', { first_name: 'A', last_name: 'B' }).expect(201)).body;
    const check = async (caller: Caller, body: object) =>
      (await caller.post('/settings/permissions/check/', body).expect(200)).body;
    expect(await check(rep, { permission: 'edit_contacts' })).toEqual({
      has_permission: true,
      reason: 'edit_contacts is carried by the role sales_rep.',
    });
    expect(await check(rep, { permission: 'delete_contacts' })).toMatchObject({ has_permission: false });
    const row = { permission: 'edit_contacts', resource: 'contact', id };
    expect(await check(rep, row)).toMatchObject({ has_permission: true });
    expect(await check(other, row)).toMatchObject({ has_permission: false });
    const absent = await check(other, { ...row, id: randomUUID() });
    expect(absent).toEqual(await check(other, row));
    const { body } = await rep.post('/settings/permissions/check/', { permission: 'edit_contact' }).expect(400);
    expect(body.errors[0].message).toContain('edit_contacts');
    expect(await check(rep, { ...row, resource: 'contacts' })).toMatchObject({ has_permission: true });
    expect(await check(other, { ...row, resource: 'contacts' })).toEqual(await check(other, row));
    for (const empty of ['', null]) {
      const whole = await check(rep, { permission: 'edit_contacts', resource: 'contact', id: empty });
      expect(whole).toEqual(await check(rep, { permission: 'edit_contacts' }));
    }
    for (const wrong of [{ resource: '__proto__', id }, { resource: 'nonsense' }, { id }, { id, resource: '' }]) {
      const answer = await rep.post('/settings/permissions/check/', { permission: 'edit_contacts', ...wrong });
      expect([answer.status, answer.body.errors?.[0].field]).toEqual([400, 'resource']);
    }
  });
});

describe('the last administrator', () => {
  test('is kept', async () => {
    const alone = await openTestApp();
    const only = await alone.createCaller('admin');
    const { body } = await only.get(`/settings/role-assignments/?user_id=${only.id}`).expect(200);
    const answer = await only.delete(`/settings/role-assignments/${body.results[0].id}/`).expect(409);
    expect(answer.body.detail).toMatch(/last administrator/);
    await only.get('/users/').expect(200);
    await alone.close();
  });

  test.each([
    ['remove', (by: Caller, assignment: string) => by.delete(`/settings/role-assignments/${assignment}/`)],
    ['suspend', (by: Caller, _: string, user: Caller) => by.post(`/users/${user.id}/suspend/`)],
  ])('two who %s one another at the same moment leave one', async (_verb, act) => {
    const pair = await openTestApp();
    const [first, second] = [await pair.createCaller('admin'), await pair.createCaller('admin')];
    const list = await first.get('/settings/role-assignments/').expect(200);
    const find = (user: Caller) => list.body.results.find((each: { user_id: string }) => each.user_id === user.id).id;
    await Promise.all([act(first, find(second), second), act(second, find(first), first)]);
    const left = await pair.system.database.query(
      `SELECT 1 FROM role_assignments a JOIN roles r ON r.id = a.role_id JOIN users u ON u.id = a.user_id
       WHERE r.name = 'admin' AND a.deleted_at IS NULL AND u.is_active`,
    );
    expect(left.length).toBeGreaterThanOrEqual(1);
    await pair.close();
  });
});

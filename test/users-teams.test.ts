import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import { type Caller, requestsWith } from './support/caller.ts';
import { eventually } from './support/eventually.ts';
import { openTwin, type Twin } from './support/twin.ts';

let app: TestApp;
let twin: Twin;
let admin: Caller;
let manager: Caller;
beforeAll(async () => {
  app = await openTestApp();
  twin = await openTwin(app);
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
});
afterAll(async () => {
  await twin.close();
  await app.close();
});

async function createTeam(more: object = {}) {
  return (await manager.post('/teams/', { name: `Team ${randomUUID()}`, ...more }).expect(201)).body;
}

describe('users', () => {
  test('are listed, searched and read with view_team, without any hash', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body, text } = await manager.get(`/users/?email=${rep.email}`).expect(200);
    expect(body.results).toMatchObject([{ id: rep.id, full_name: 'sales_rep Tester', is_active: true }]);
    expect(text).not.toContain('password');
    await manager.get(`/users/${rep.id}/`).expect(200);
    await manager.get('/users/?password_hash=none').expect(400);
    await manager.get('/users/?ordering=password_hash').expect(400);
    await manager.get('/users/?fields=password_hash').expect(400);
    expect((await manager.get('/users/?search=x').expect(400)).body.detail).not.toMatch(/search\?|Valid: .*search/);
  });

  test.each([['sales_rep'], ['viewer'], ['guest']] as const)('are nothing for a %s', async (name) => {
    const caller = await app.createCaller(name);
    for (const path of ['/users/', `/users/${admin.id}/`, `/users/${admin.id}/history/`, '/teams/']) {
      const { body } = await caller.get(path).expect(403);
      expect(body.permission).toBe('view_team');
    }
    await caller.patch(`/users/${admin.id}/`, { first_name: 'X' }).expect(403);
    await caller.post(`/users/${manager.id}/suspend/`).expect(403);
  });

  test('are changed by who manages the team, within their level and within the fields', async () => {
    const rep = await app.createCaller('sales_rep');
    const { body } = await manager.patch(`/users/${rep.id}/`, { title: 'Closer' }).expect(200);
    expect(body).toMatchObject({ title: 'Closer', version: 2 });
    await manager.patch(`/users/${admin.id}/`, { title: 'Clown' }).expect(403);
    for (const field of ['email', 'username', 'is_active', 'password_hash', 'role', 'version']) {
      await manager.patch(`/users/${rep.id}/`, { [field]: 'x' }).expect(400);
    }
    await manager.post('/users/', {}).expect(405);
    await manager.delete(`/users/${rep.id}/`).expect(405);
    const history = await manager.get(`/users/${rep.id}/history/`).expect(200);
    expect(JSON.stringify(history.body)).toContain('Closer');
  });

  test('are suspended at every door of every process within a second, and let in again', async () => {
    const rep = await app.createCaller('sales_rep');
    const there = requestsWith(twin.url, rep.access);
    await there.get('/auth/me/').expect(200);
    const suspended = await admin.post(`/users/${rep.id}/suspend/`).expect(200);
    expect(suspended.body).toMatchObject({ is_active: false, version: 2 });
    expect((await rep.get('/auth/me/').expect(401)).body.code).toBe('account_disabled');
    const readCode = async () => (await there.get('/auth/me/')).body.code;
    expect(await eventually(readCode, (code) => code === 'account_disabled')).toBe('account_disabled');
    await admin.post(`/users/${rep.id}/suspend/`).expect(409);
    await admin.post(`/users/${rep.id}/reactivate/`).expect(200);
    await admin.post(`/users/${rep.id}/reactivate/`).expect(409);
    expect((await rep.get('/auth/me/').expect(401)).body.code).toBe('token_invalid');
    const events = (await admin.get(`/users/${rep.id}/history/`)).body.results.map(
      (row: { action: string }) => row.action,
    );
    expect(events).toEqual(expect.arrayContaining(['suspended', 'reactivated']));
  });

  test('cannot suspend themselves or those who are not there', async () => {
    await admin.post(`/users/${admin.id}/suspend/`).expect(409);
    await admin.post(`/users/${randomUUID()}/suspend/`).expect(404);
    await admin.post('/users/x/suspend/').expect(400);
    await manager.post(`/users/${admin.id}/suspend/`).expect(403);
  });
});

describe('teams', () => {
  test('have members and managers', async () => {
    const team = await createTeam();
    const rep = await app.createCaller('sales_rep');
    const { body } = await manager.post(`/teams/${team.id}/members/`, { user_id: rep.id }).expect(200);
    expect(body).toMatchObject({ user_id: rep.id, user_email: rep.email, is_manager: false });
    await manager.post(`/teams/${team.id}/members/`, { user_id: manager.id, is_manager: true }).expect(200);
    const members = (await manager.get(`/teams/${team.id}/members/`).expect(200)).body.results;
    expect(members.map((member: { user_id: string }) => member.user_id)).toEqual([manager.id, rep.id]);
    expect((await manager.get(`/teams/${team.id}/`)).body.members_count).toBe(2);
    expect((await rep.get('/auth/me/')).body.teams).toEqual([{ id: team.id, name: team.name, is_manager: false }]);
    await manager.post(`/teams/${team.id}/members/`, { user_id: randomUUID() }).expect(400);
    await manager.post(`/teams/${randomUUID()}/members/`, { user_id: rep.id }).expect(404);
    await manager.delete(`/teams/${team.id}/members/${rep.id}/`).expect(204);
    await manager.delete(`/teams/${team.id}/members/${rep.id}/`).expect(404);
  });

  test('take nobody above who fills them, whose rows they would reach', async () => {
    const team = await createTeam();
    const members = `/teams/${team.id}/members/`;
    await manager.post(members, { user_id: manager.id, is_manager: true }).expect(200);
    const { id } = (await admin.post('/contacts/', { first_name: 'Of', last_name: 'Admin' }).expect(201)).body;
    const { body } = await manager.post(members, { user_id: admin.id }).expect(403);
    expect(body.permission).toBe('manage_team');
    await manager.get(`/contacts/${id}/`).expect(404);
    await manager.post(members, { user_id: (await app.createCaller('manager')).id }).expect(200);
    await admin.post(members, { user_id: admin.id }).expect(200);
  });

  test('decide at once whose rows a manager and a member see', async () => {
    const [rep, mate, boss] = await Promise.all([
      app.createCaller('sales_rep'),
      app.createCaller('sales_rep'),
      app.createCaller('manager'),
    ]);
    const { id } = (await rep.post('/contacts/', { first_name: 'Row', last_name: 'Of Rep' }).expect(201)).body;
    const team = await createTeam();
    const see = async (caller: Caller) => (await caller.get(`/contacts/${id}/`)).status;
    expect([await see(boss), await see(mate)]).toEqual([404, 404]);
    for (const user of [rep, mate]) await manager.post(`/teams/${team.id}/members/`, { user_id: user.id }).expect(200);
    await manager.post(`/teams/${team.id}/members/`, { user_id: boss.id, is_manager: true }).expect(200);
    expect([await see(boss), await see(mate)]).toEqual([200, 404]);
    await manager.patch(`/teams/${team.id}/`, { shares_records: true }).expect(200);
    expect([await see(boss), await see(mate)]).toEqual([200, 200]);
    await manager.delete(`/teams/${team.id}/`).expect(204);
    expect([await see(boss), await see(mate)]).toEqual([404, 404]);
    await manager.post(`/teams/${team.id}/restore/`).expect(200);
    expect([await see(boss), await see(mate)]).toEqual([200, 200]);
  });

  test('have names of their own, whatever the case', async () => {
    const team = await createTeam();
    const { body } = await manager.post('/teams/', { name: team.name }).expect(409);
    expect(body).toMatchObject({ code: 'duplicate', existing_id: team.id });
    await manager.post('/teams/', { name: team.name.toUpperCase() }).expect(409);
  });
});

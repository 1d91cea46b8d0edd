import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { openTestApp, type TestApp } from '../support/app.ts';
import { PASSWORD } from '../support/caller.ts';
import { cookieOf, createPanelUser, openPanelAs, visitPanel } from '../support/panel.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
});
afterAll(() => app.close());

describe('sign-in to the panel', () => {
  test('nobody gets in without it, and the metadata stays inside', async () => {
    const visitor = visitPanel(app);
    for (const path of ['', '/resources/contacts', '/api/dashboard', '/api/resources/contacts/actions/list']) {
      const answer = await visitor.get(path).expect(303);
      expect(answer.headers.location).toMatch(/^\/admin\/login/);
    }
    const page = await visitor.get('/login').expect(200);
    expect(page.text).not.toContain('REDUX_STATE');
    expect(cookieOf(page)).toBeUndefined();
  });

  test('an administrator gets a new, guarded cookie and is recorded', async () => {
    const user = await createPanelUser(app, 'admin');
    const visitor = visitPanel(app);
    const first = await visitor.signIn(user.email);
    expect(first.status).toBe(303);
    expect(first.headers.location).toBe('/admin');
    expect(cookieOf(first)).toMatch(/Path=\/admin;.*HttpOnly; SameSite=Lax/);
    const planted = visitor.cookie;
    await visitor.signIn(user.email);
    expect(visitor.cookie).not.toBe(planted);
    const open = await app.system.database.query('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [
      user.id,
    ]);
    expect(open).toHaveLength(1);
    visitor.cookie = planted;
    await visitor.get('').expect(303);
    const events = await app.system.database.query<{ door: string }>(
      "SELECT metadata ->> 'door' AS door FROM audit_logs WHERE event = 'user.signed_in' AND actor_id = $1",
      [user.id],
    );
    expect(events).toEqual([{ door: 'panel' }, { door: 'panel' }]);
  });

  test('a wrong password and an account without access_admin are told why', async () => {
    const viewer = await createPanelUser(app, 'viewer');
    const wrong = await visitPanel(app).signIn(viewer.email, 'not the password');
    expect(wrong.status).toBe(401);
    expect(wrong.text).toContain('E-mail or password is wrong.');
    const visitor = visitPanel(app);
    const refused = await visitor.signIn(viewer.email);
    expect(refused.status).toBe(403);
    expect(refused.text).toContain('may not use the panel');
    expect(cookieOf(refused)).toBeUndefined();
  });

  test('production says before anything is typed that it needs HTTPS, and takes nothing without', async () => {
    const production = await openTestApp({ NODE_ENV: 'production' }, { panel: true });
    const visitor = visitPanel(production);
    const page = await visitor.get('/login').expect(200);
    expect(page.text).toContain('The panel needs HTTPS.');
    expect(page.text).toContain('TRUST_PROXY');
    expect(page.text).not.toContain('<form');
    const { email } = await createPanelUser(production, 'admin');
    expect((await visitor.signIn(email)).text).toContain('The panel needs HTTPS.');
    const secure = await visitor.get('/login').set('X-Forwarded-Proto', 'https').expect(200);
    expect(secure.text).toContain('<form');
    const signedIn = await visitor.post('/login', { email, password: PASSWORD }).set('X-Forwarded-Proto', 'https');
    expect(cookieOf(signedIn)).toContain('Secure');
    await production.close();
  });

  test('what was typed is shown as text', async () => {
    const answer = await visitPanel(app).signIn('"><script>alert(1)</script>', 'x');
    expect(answer.text).not.toContain('<script>');
  });

  test('one address gets five tries a minute, whatever it claims', async () => {
    const visitor = visitPanel(app);
    const statuses = [];
    for (let index = 0; index < 11; index += 1) {
      statuses.push((await visitor.signIn(`nobody-${index}@test.example`, 'guess')).status);
    }
    // The minute may turn in between: of eleven, six fall into one.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(1);
  });

  test.each([
    ['/admin/resources/contacts?page=2', '/admin/resources/contacts?page=2'],
    ['https://evil.example/admin/resources/contacts', '/admin'],
    ['//evil.example/admin/resources/contacts', '/admin'],
    ['/admin/resources/../../evil', '/admin'],
    ['/\\evil.example', '/admin'],
    ['javascript:alert(1)', '/admin'],
  ])('afterwards %s leads to %s', async (next, expected) => {
    const { email } = await createPanelUser(app, 'admin');
    const answer = await visitPanel(app).signIn(email, undefined, next);
    expect(answer.headers.location).toBe(expected);
  });
});

describe('the end of a session', () => {
  test('signing out ends it at every door', async () => {
    const admin = await openPanelAs(app, 'admin');
    await admin.get('').expect(200);
    await admin.post('/logout').expect(303);
    await admin.get('').expect(303);
    const open = await app.system.database.query('SELECT 1 FROM sessions WHERE user_id = $1 AND ended_at IS NULL', [
      admin.id,
    ]);
    expect(open).toHaveLength(0);
  });

  test('a link on another site only asks', async () => {
    const admin = await openPanelAs(app, 'admin');
    const asked = await admin.get('/logout').set('Sec-Fetch-Site', 'cross-site').expect(200);
    expect(asked.text).toContain('Sign out?');
    await admin.get('').expect(200);
    await admin.get('/logout').set('Sec-Fetch-Site', 'same-origin').expect(303);
    await admin.get('').expect(303);
  });

  test('suspension and a role taken away are felt at once', async () => {
    const [keeper, suspended, demoted] = await Promise.all(
      ['admin', 'admin', 'admin'].map((role) => openPanelAs(app, role)),
    );
    await suspended!.get('').expect(200);
    await keeper!.post(`/api/resources/users/records/${suspended!.id}/suspend`).expect(200);
    await suspended!.get('').expect(303);
    const list = await keeper!
      .get(`/api/resources/role_assignments/actions/list?filters.user_id=${demoted!.id}`)
      .expect(200);
    await demoted!.get('').expect(200);
    await keeper!.post(`/api/resources/role_assignments/records/${list.body.records[0].id}/delete`).expect(200);
    await demoted!.get('').expect(303);
  });
});

describe('other sites', () => {
  test('cannot change anything', async () => {
    const admin = await openPanelAs(app, 'admin');
    const send = () =>
      supertest(app.url)
        .post('/admin/api/resources/teams/actions/new')
        .set('Cookie', admin.cookie!)
        .type('form')
        .send({ name: 'Forged' });
    await send().expect(403);
    await send().set('Origin', 'https://evil.example').expect(403);
    await send().set('Origin', 'null').expect(403);
    await send().set('Origin', app.url).set('Sec-Fetch-Site', 'same-site').expect(403);
    await send().set('Referer', 'https://evil.example/admin').expect(403);
    await supertest(app.url).delete('/admin/api/resources/teams').set('Cookie', admin.cookie!).expect(405);
    const forged = await app.system.database.query("SELECT 1 FROM teams WHERE name = 'Forged'");
    expect(forged).toHaveLength(0);
  });

  test('cannot frame a page or run a script in it', async () => {
    const admin = await openPanelAs(app, 'admin');
    const page = await admin.get('').expect(200);
    expect(page.headers['content-security-policy']).toMatch(
      /default-src 'none';script-src 'nonce-[^']+';.*frame-ancestors 'none'/,
    );
    expect(page.headers['x-frame-options']).toBe('DENY');
    expect(page.headers['cache-control']).toBe('no-store');
    expect(page.text).not.toMatch(/googleapis|https?:\/\/(?!www\.w3\.org)/);
  });
});

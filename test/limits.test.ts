import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { hashPassword } from '../src/auth/passwords.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import { PASSWORD } from './support/caller.ts';
import { eventually } from './support/eventually.ts';
import { openTwin } from './support/twin.ts';
import { randomAddress, randomEmail, visitFrom } from './support/visitor.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ RATE_LIMIT_SCALE: '1' });
});
afterAll(() => app.close());

const WRONG = 'not the password';

// The limits count in whole minutes of the clock: a test that counts within one must not begin at its end.
async function awaitRoomInMinute(): Promise<void> {
  const left = 60_000 - (Date.now() % 60_000);
  if (left < 8000) await new Promise((resolve) => setTimeout(resolve, left + 50));
}

async function createAccount(): Promise<string> {
  const { email, id } = await app.createCaller('viewer');
  const hash = await hashPassword(PASSWORD);
  await app.system.database.query('UPDATE users SET password_hash = $2 WHERE id = $1', [id, hash]);
  return email;
}

function login(email: string, password: string, ip = randomAddress(), url = app.url) {
  return visitFrom(url, ip).post('/auth/login/', { email, password });
}

describe('the general limits', () => {
  test('stand in the fields of every answer', async () => {
    const caller = await app.createCaller('viewer');
    const { headers } = await caller.get('/auth/me/').expect(200);
    expect(headers['ratelimit-policy']).toMatch(/"general"; q=60; w=60.*"general_sustained"; q=1000; w=3600/);
    expect(headers.ratelimit).toMatch(/"general"; r=59; t=\d+.*"general_sustained"; r=999; t=\d+/);
  });

  test('a caller over the limit gets a 429 that says when to come back, whatever they ask', async () => {
    await awaitRoomInMinute();
    const caller = await app.createCaller('viewer');
    const ask = (path: string) => caller.get(path);
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask('/auth/me/')));
    expect(answers.every((answer) => answer.status === 200)).toBe(true);
    const { status, body, headers } = await ask('/contacts/');
    expect(status).toBe(429);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ type: '/problems/rate_limited', code: 'rate_limited', status: 429 });
    expect(body.detail).toMatch(/Try again/);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(60);
    for (const path of ['/contacts', '//contacts/', '/Contacts/', '/contacts/?x=1', '/%63ontacts/']) {
      expect([429, 404]).toContain((await ask(path).set('X-Forwarded-For', randomAddress())).status);
    }
    const other = await app.createCaller('viewer');
    await other.get('/auth/me/').expect(200);
  });

  test('are shared by every process', async () => {
    await awaitRoomInMinute();
    const twin = await openTwin(app, { RATE_LIMIT_SCALE: '1' });
    const caller = await app.createCaller('viewer');
    await Promise.all(Array.from({ length: 60 }, () => caller.get('/auth/me/')));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const there = () => supertest(twin.url).get('/api/v1/auth/me/').set('Authorization', `Bearer ${caller.access}`);
    // The twin learns of the others' count at its first exchange.
    await there();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await there()).status).toBe(429);
    await twin.close();
  });

  test('strangers share the allowance of their address', async () => {
    await awaitRoomInMinute();
    const ip = randomAddress();
    const ask = (from = ip) => visitFrom(app.url, from).post('/auth/token/refresh/', { refresh: 'x' });
    const first = await ask();
    expect(first.headers['ratelimit-policy']).toMatch(/"anonymous"; q=20; w=60.*"anonymous_sustained"; q=100; w=3600/);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => ask().then((answer) => answer.status)));
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    expect((await ask(randomAddress())).status).toBe(401);
  });

  test('a bad token is a stranger’s, one that ran out is not counted', async () => {
    await awaitRoomInMinute();
    const ip = randomAddress();
    const ask = () => visitFrom(app.url, ip).get('/auth/me/').set('Authorization', 'Bearer forged');
    const statuses = await Promise.all(Array.from({ length: 22 }, () => ask().then((answer) => answer.status)));
    expect(statuses.filter((status) => status === 429)).toHaveLength(2);
  });

  test('count paths that are not there', async () => {
    await awaitRoomInMinute();
    const ip = randomAddress();
    const ask = (path: string) => visitFrom(app.url, ip).get(path);
    const { headers } = await ask('/no-such-path/').expect(404);
    expect(headers['ratelimit-policy']).toContain('"anonymous"');
    const paths = ['/nothing/', '/contacts/x/y/z/', '/../v2/', '/../nothing/'];
    const statuses = await Promise.all(
      Array.from({ length: 20 }, (_, at) => ask(paths[at % 4]!).then((a) => a.status)),
    );
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
    const caller = await app.createCaller('viewer');
    expect((await caller.get('/nothing/').expect(404)).headers['ratelimit-policy']).toContain('"general"');
  });

  test('probes are not limited', async () => {
    const ip = randomAddress();
    for (const path of ['/healthz/', '/ping/', '/live/', '/ready/', '/health/']) {
      const answers = await Promise.all(Array.from({ length: 30 }, () => visitFrom(app.url, ip).get(path)));
      expect(answers.map((answer) => answer.status)).toEqual(Array(30).fill(200));
      expect(answers[0]?.headers).not.toHaveProperty('ratelimit');
    }
  });
});

describe('the sign-in limit', () => {
  test('is five a minute for an address, whichever account and however large the scale', async () => {
    const loose = await openTestApp({ RATE_LIMIT_SCALE: '1000' });
    await awaitRoomInMinute();
    const ip = randomAddress();
    const statuses = [];
    for (let count = 0; count < 7; count += 1) {
      statuses.push((await login(randomEmail(), WRONG, ip, loose.url)).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429]);
    expect((await login(randomEmail(), WRONG, randomAddress(), loose.url)).status).toBe(401);
    await loose.close();
  });

  test('counts no header, field or spelling that a client chooses', async () => {
    const bare = await openTestApp({ TRUST_PROXY: '0' });
    await awaitRoomInMinute();
    const email = randomEmail();
    const spellings = ['/api/v1/auth/login/', '/api/v1/auth/login', '/api/v1//auth/login/', '/api/v1/auth/LOGIN/'];
    const answered = [];
    for (let count = 0; count < 24; count += 1) {
      const { status } = await supertest(bare.url)
        .post(spellings[count % 4] ?? '')
        .set({
          'X-Forwarded-For': randomAddress(),
          Forwarded: `for=${randomAddress()}`,
          'X-Real-IP': randomAddress(),
          'CF-Connecting-IP': randomAddress(),
        })
        .send(
          count % 2 ? { email: `${email}${' '.repeat(count)}`, password: WRONG } : { username: email, password: WRONG },
        );
      answered.push(status);
    }
    expect(answered.filter((status) => status === 401)).toHaveLength(5);
    await bare.close();
  });

  test('trusts only the last proxy', async () => {
    await awaitRoomInMinute();
    const ip = randomAddress();
    const statuses = [];
    for (let count = 0; count < 6; count += 1) {
      const forged = `${randomAddress()}, ${ip}`;
      statuses.push((await login(randomEmail(), WRONG, forged)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });

  test('counts an IPv6 subscriber as one', async () => {
    await awaitRoomInMinute();
    const statuses = [];
    for (let count = 0; count < 6; count += 1) {
      statuses.push((await login(randomEmail(), WRONG, `2001:db8:77:1${count}::${count}`)).status);
    }
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('the lockout', () => {
  test('five failures shut the account for this address, the right password included, and for no other', async () => {
    await awaitRoomInMinute();
    const email = await createAccount();
    const ip = randomAddress();
    for (let count = 0; count < 4; count += 1) {
      expect((await login(email, WRONG, ip).expect(401)).headers).not.toHaveProperty('retry-after');
    }
    expect((await login(email, WRONG, ip).expect(401)).headers['retry-after']).toBe('1800');
    const sixth = await login(email, WRONG, ip).expect(429);
    expect(Number(sixth.headers['retry-after'])).toBeGreaterThan(29 * 60);
    expect(Number((await login(randomEmail(), WRONG, ip).expect(429)).headers['retry-after'])).toBeLessThanOrEqual(60);
    await visitFrom(app.url, ip).post('/auth/login/', { nonsense: true }).expect(429);
    await forgetMinute();
    const locked = await login(email, PASSWORD, ip).expect(429);
    expect(locked.body.detail).toMatch(/locked/);
    expect(Number(locked.headers['retry-after'])).toBeGreaterThan(29 * 60);
    expect(Number(locked.headers['retry-after'])).toBeLessThanOrEqual(30 * 60);
    await login(email, PASSWORD).expect(200);
    await forgetMinute();
    await login(email.toUpperCase(), PASSWORD, ip).expect(429);
    await app.system.database.query("UPDATE rate_limits SET expires_at = now() WHERE key LIKE 'login_failures:%'");
    await login(email, PASSWORD, ip).expect(200);
  });

  test('is audited and told to the user', async () => {
    await awaitRoomInMinute();
    const email = await createAccount();
    const ip = randomAddress();
    for (let count = 0; count < 5; count += 1) await login(email, WRONG, ip).expect(401);
    const rows = await app.system.database.query<{ event: string; ip: string }>(
      "SELECT event, host(ip) AS ip FROM audit_logs WHERE resource_label = $1 AND event LIKE 'user.%' ORDER BY id",
      [email],
    );
    expect(rows.filter((row) => row.event === 'user.sign_in_failed')).toHaveLength(5);
    expect(rows.at(-1)).toEqual({ event: 'user.locked', ip });
    const readAlerts = () =>
      app.system.database.query(
        `SELECT priority FROM notifications n JOIN users u ON u.id = n.user_id
         WHERE u.email = $1 AND notification_type = 'security_alerts'`,
        [email],
      );
    const alerts = await eventually(readAlerts, (rows) => rows.length > 0, 5000);
    expect(alerts).toEqual([{ priority: 'high' }]);
  });

  test('a success before the fifth failure begins the count anew', async () => {
    await awaitRoomInMinute();
    const email = await createAccount();
    const ip = randomAddress();
    for (let round = 0; round < 2; round += 1) {
      for (let count = 0; count < 4; count += 1) await login(email, WRONG, ip).expect(401);
      await login(email, PASSWORD, ip).expect(200);
      await forgetMinute();
    }
  });

  test('of fifty guesses at once, from one address or fifty, hardly any is answered', async () => {
    await awaitRoomInMinute();
    const email = await createAccount();
    const ip = randomAddress();
    const one = await Promise.all(
      Array.from({ length: 50 }, () => login(email, WRONG, ip).then(({ status }) => status)),
    );
    expect(one.filter((status) => status === 401)).toHaveLength(5);
    const second = await createAccount();
    const many = await Promise.all(Array.from({ length: 50 }, () => login(second, WRONG).then(({ status }) => status)));
    expect(many.filter((status) => status === 401)).toHaveLength(5);
    expect(many.filter((status) => status === 429)).toHaveLength(45);
  });

  test('holds for an account that is not there, so that nothing tells them apart', async () => {
    await awaitRoomInMinute();
    const email = randomEmail();
    const ip = randomAddress();
    for (let count = 0; count < 5; count += 1) await login(email, WRONG, ip).expect(401);
    await forgetMinute();
    await login(email, WRONG, ip).expect(429);
  });
});

/** Lets the minute pass in which tries are counted; the lock stays. */
async function forgetMinute(): Promise<void> {
  await app.system.database.query(
    "DELETE FROM rate_limits WHERE key LIKE 'login:%' OR key LIKE 'login_tries:%' OR key LIKE 'login_addresses:%'",
  );
}

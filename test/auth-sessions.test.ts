import { createSecretKey } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { deriveKeys } from '../src/auth/tokens.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import { type Caller, requestsWith } from './support/caller.ts';
import { eventually } from './support/eventually.ts';
import { openTwin } from './support/twin.ts';
import { visitFrom } from './support/visitor.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const refresh = (token: string, url = app.url) => visitFrom(url).post('/auth/token/refresh/', { refresh: token });

async function ageRotation(caller: Caller): Promise<void> {
  await app.system.database.query("UPDATE sessions SET rotated_at = rotated_at - interval '61 seconds' WHERE id = $1", [
    caller.session_id,
  ]);
}

describe('refresh', () => {
  test('gives a new pair, and the chain goes on', async () => {
    let { refresh: token } = await app.createCaller('viewer');
    for (let count = 0; count < 3; count += 1) {
      const { body } = await refresh(token).expect(200);
      expect(Object.keys(body).sort()).toEqual(['access', 'refresh']);
      expect(body.refresh).not.toBe(token);
      await requestsWith(app.url, body.access).get('/auth/me/').expect(200);
      token = body.refresh;
    }
  });

  test('parallel tabs get the same successor', async () => {
    const caller = await app.createCaller('viewer');
    const answers = await Promise.all(Array.from({ length: 8 }, () => refresh(caller.refresh).expect(200)));
    const successors = new Set(answers.map((answer) => answer.body.refresh));
    expect(successors.size).toBe(1);
    await refresh([...successors][0]).expect(200);
  });

  test('an old token after 60 s ends the session, is audited and tells the user', async () => {
    const caller = await app.createCaller('viewer');
    const next = (await refresh(caller.refresh).expect(200)).body;
    await ageRotation(caller);
    expect((await refresh(caller.refresh).expect(401)).body.code).toBe('token_invalid');
    await refresh(next.refresh).expect(401);
    await requestsWith(app.url, next.access).get('/auth/me/').expect(401);
    const audited = await app.system.database.query(
      "SELECT risk FROM audit_logs WHERE event = 'session.reuse_detected' AND resource_id = $1",
      [caller.session_id],
    );
    expect(audited).toEqual([{ risk: 'high' }]);
    const alerts = await eventually(
      () => readAlerts(caller.id),
      (rows) => rows.length > 0,
      5000,
    );
    expect(alerts).toEqual([{ notification_type: 'security_alerts' }]);
  });

  test('a token two generations old is no parallel tab', async () => {
    const caller = await app.createCaller('viewer');
    const second = (await refresh(caller.refresh)).body.refresh;
    const third = (await refresh(second)).body.refresh;
    await refresh(caller.refresh).expect(401);
    await refresh(third).expect(401);
  });

  test('works with an access token that has run out beside it', async () => {
    const caller = await app.createCaller('viewer');
    const answer = await refresh(caller.refresh).set('Authorization', `Bearer ${forge(caller, { expiresIn: -10 })}`);
    expect(answer.status).toBe(200);
  });

  test.each([[''], ['x'], ['a.b.c'], ['..'], ['x'.repeat(500)], ['x'.repeat(501)]])('refuses %j', async (token) => {
    expect([400, 401]).toContain((await refresh(token)).status);
  });

  test('an access token is no refresh token, and the other way round', async () => {
    const caller = await app.createCaller('viewer');
    await refresh(caller.access).expect(401);
    await requestsWith(app.url, caller.refresh).get('/auth/me/').expect(401);
  });

  test('a forged generation or session is refused', async () => {
    const caller = await app.createCaller('viewer');
    const [, , signature] = caller.refresh.split('.');
    await refresh(`${caller.session_id}.1.${signature}`).expect(401);
    await refresh(caller.refresh).expect(200);
  });

  test('without rotation one token serves the whole session', async () => {
    const still = await openTestApp({ REFRESH_ROTATION: 'off' });
    const caller = await still.createCaller('viewer');
    for (let count = 0; count < 3; count += 1) {
      const { body } = await refresh(caller.refresh, still.url).expect(200);
      expect(body.refresh).toBe(caller.refresh);
    }
    await caller.post('/auth/logout/').expect(200);
    await refresh(caller.refresh, still.url).expect(401);
    await still.close();
  });
});

describe('sign-out', () => {
  test('ends the session, and only that one, in every process', async () => {
    const twin = await openTwin(app);
    const caller = await app.createCaller('viewer');
    const other = await app.createCaller('viewer');
    await requestsWith(twin.url, caller.access).get('/auth/me/').expect(200);
    await requestsWith(twin.url, other.access).get('/auth/me/').expect(200);
    const { body } = await caller.post('/auth/logout/', { refresh: caller.refresh }).expect(200);
    expect(body).toEqual({ status: 'success' });
    expect((await caller.get('/auth/me/').expect(401)).body.code).toBe('token_invalid');
    await refresh(caller.refresh).expect(401);
    const there = () => requestsWith(twin.url, caller.access).get('/auth/me/');
    expect((await eventually(there, (answer) => answer.status === 401)).status).toBe(401);
    await requestsWith(twin.url, other.access).get('/auth/me/').expect(200);
    await twin.close();
  });
});

describe('an access token', () => {
  test('that has run out is token_expired', async () => {
    const caller = await app.createCaller('viewer');
    const answer = await requestsWith(app.url, forge(caller, { expiresIn: -10 })).get('/auth/me/');
    expect(answer.status).toBe(401);
    expect(answer.body.code).toBe('token_expired');
    expect(answer.headers['www-authenticate']).toContain('Bearer');
  });

  test('that we did not make is token_invalid', async () => {
    const caller = await app.createCaller('viewer');
    const none = { sub: caller.id, sid: caller.session_id, token_type: 'access', iss: 'mycrm', aud: 'mycrm-api' };
    const forged: Record<string, string> = {
      'another key': forge(caller, {}, createSecretKey(Buffer.alloc(32, 7))),
      'the key for refresh tokens': forge(caller, {}, app.system.keys.refresh),
      'another installation': forge(caller, {}, deriveKeys('the key of somebody else altogether').access),
      'another issuer': forge(caller, { issuer: 'elsewhere' }),
      'another audience': forge(caller, { audience: 'elsewhere' }),
      HS512: forge(caller, { algorithm: 'HS512' }),
      'no algorithm': jwt.sign(none, null as unknown as string, { algorithm: 'none' }),
      'another type': forge(caller, {}, app.system.keys.access, 'refresh'),
      'a cut one': caller.access.slice(0, -2),
      'no token': 'x',
      empty: '',
    };
    for (const [what, token] of Object.entries(forged)) {
      const answer = await requestsWith(app.url, token).get('/auth/me/');
      expect([what, answer.status]).toEqual([what, 401]);
      expect([what, answer.body.code]).toEqual([what, 'token_invalid']);
    }
    expect((await visitFrom(app.url).get('/auth/me/').expect(401)).body.code).toBe('not_authenticated');
  });

  test('does not outlive its session', async () => {
    const caller = await app.createCaller('viewer');
    await app.system.database.query('UPDATE sessions SET expires_at = now() WHERE id = $1', [caller.session_id]);
    await caller.get('/auth/me/').expect(401);
    await refresh(caller.refresh).expect(401);
  });
});

function forge(caller: Caller, options: jwt.SignOptions, key = app.system.keys.access, token_type = 'access'): string {
  return jwt.sign({ sid: caller.session_id, token_type }, key, {
    algorithm: 'HS256',
    subject: caller.id,
    issuer: 'mycrm',
    audience: 'mycrm-api',
    expiresIn: 60,
    ...options,
  });
}

function readAlerts(userId: string) {
  const text = 'SELECT notification_type FROM notifications WHERE user_id = $1';
  return app.system.database.query<{ notification_type: string }>(text, [userId]);
}

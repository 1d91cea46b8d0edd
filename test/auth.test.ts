import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Response } from 'supertest';
import { openTestApp, type TestApp } from './support/app.ts';
import { PASSWORD, requestsWith } from './support/caller.ts';
import { randomEmail, visitFrom } from './support/visitor.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const post = (path: string, body: object) => visitFrom(app.url).post(path, body);

async function register(email = randomEmail(), more: object = {}) {
  const answer = await post('/auth/register/', { email, password: PASSWORD, ...more }).expect(201);
  return { email, ...answer.body, ...requestsWith(app.url, answer.body.access) };
}

describe('registration', () => {
  test('makes an account with the default role and signs it in', async () => {
    const { body } = await post('/auth/register/', {
      email: ' Ada.L@Example.COM ',
      password: PASSWORD,
      first_name: 'Ada',
      last_name: 'Lovelace',
    }).expect(201);
    expect(body.user).toMatchObject({
      email: 'ada.l@example.com',
      full_name: 'Ada Lovelace',
      role: 'sales_rep',
      two_factor_enabled: false,
      teams: [],
    });
    expect(body.tokens).toEqual({ access: body.access, refresh: body.refresh });
    expect(body.permissions).toEqual(body.user.permissions);
    expect(body.permissions).toContain('create_contacts');
    expect(JSON.stringify(body)).not.toContain('hash');
    await requestsWith(app.url, body.access).get('/auth/me/').expect(200);
  });

  test('an e-mail is taken whatever its case', async () => {
    const { email } = await register();
    const { body } = await post('/auth/register/', { email: email.toUpperCase(), password: PASSWORD }).expect(409);
    expect(body).toMatchObject({ code: 'duplicate', errors: [{ field: 'email', code: 'duplicate' }] });
    expect(body).not.toHaveProperty('existing_id');
  });

  test('two at the same moment make one account', async () => {
    const email = randomEmail();
    const answers = await Promise.all(
      [1, 2, 3].map(() => post('/auth/register/', { email, password: PASSWORD }).then((answer) => answer.status)),
    );
    expect(answers.sort()).toEqual([201, 409, 409]);
  });

  test.each([
    ['is_active', true],
    ['role', 'admin'],
    ['is_superuser', true],
    ['id', '0190a000-0000-7000-8000-000000000000'],
    ['permissions', ['assign_roles']],
    ['__proto__x', {}],
  ])('refuses the field %s', async (field, value) => {
    const { body } = await post('/auth/register/', {
      email: randomEmail(),
      password: PASSWORD,
      [field]: value,
    }).expect(400);
    expect(body.errors[0]).toMatchObject({ field, code: 'unknown_field' });
  });

  test.each([['invite'], ['closed']])('is shut in mode %s', async (mode) => {
    const shut = await openTestApp({ REGISTRATION_MODE: mode });
    const answer = await visitFrom(shut.url).post('/auth/register/', { email: randomEmail(), password: PASSWORD });
    expect(answer.status).toBe(403);
    expect(answer.body.code).toBe('registration_closed');
    await shut.close();
  });
});

describe('passwords', () => {
  test.each([
    ['seven characters', 'Zx7!kqw', 'too_small'],
    ['129 characters', `${'zq7!'.repeat(32)}x`, 'too_big'],
    ['a common one', 'Password123', 'password_common'],
    ['a common one with a mark after it', 'Password1!', 'password_common'],
    ['one letter over and over', 'aaaaaaaaaaaa', 'password_common'],
    ['the e-mail', 'grace.hopper@navy.example', 'password_similar'],
    ['the name and a year', 'GraceHopper1906!', 'password_similar'],
    ['the letters and digits of the e-mail', 'K8r5t2w9', 'password_similar', 'k8r5t2w9@x.example'],
    ['those with signs between them', 'k8r5-t2w9!1', 'password_similar', 'k8r5t2w9@x.example'],
    ['half of a surrogate pair', 'zq7!kxw9\ud800', 'custom'],
  ])('refuses %s and does not repeat it', async (_what, password, code, email = 'grace.hopper@navy.example') => {
    const account = { email, first_name: 'Grace', last_name: 'Hopper' };
    const { body, text } = await post('/auth/register/', { ...account, password }).expect(400);
    expect(body.errors).toMatchObject([{ field: 'password', code }]);
    expect(text).not.toContain(password);
  });

  test.each([['zq7!kxw9'], ['zq7!'.repeat(32)], ['日本語のパスワード長い'], ['  spaces are kept  ']])(
    'takes %s',
    async (password) => {
      const email = randomEmail();
      await post('/auth/register/', { email, password }).expect(201);
      await post('/auth/login/', { email, password }).expect(200);
      await post('/auth/login/', { email, password: `${password.slice(0, -1)}#` }).expect(401);
    },
  );

  test('of a megabyte is refused without being hashed', async () => {
    const start = performance.now();
    const answer = await post('/auth/login/', { email: randomEmail(), password: 'x'.repeat(1_000_000) });
    expect(answer.status).toBe(400);
    expect((await post('/auth/login/', { email: 'a@b.example', password: 'x'.repeat(2_000_000) })).status).toBe(413);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('sign-in', () => {
  test('takes the e-mail in either field, in any case', async () => {
    const { email } = await register();
    for (const login of [{ email }, { username: email }, { email: ` ${email.toUpperCase()} ` }]) {
      const { body } = await post('/auth/login/', { ...login, password: PASSWORD }).expect(200);
      expect(body.user.email).toBe(email);
      expect(body.user.last_login).not.toBeNull();
    }
  });

  test('answers alike for a wrong password and an unknown account', async () => {
    const { email } = await register();
    const wrong = await post('/auth/login/', { email, password: 'not the password' }).expect(401);
    const unknown = await post('/auth/login/', { email: randomEmail(), password: 'not the password' }).expect(401);
    const { request_id: _, ...first } = wrong.body;
    const { request_id: __, ...second } = unknown.body;
    expect(first).toEqual(second);
    expect(first.code).toBe('not_authenticated');
  });

  test('works as long for an unknown account as for a known one', async () => {
    const { email } = await register();
    const time = async (login: string) => {
      const start = performance.now();
      await post('/auth/login/', { email: login, password: 'not the password' }).expect(401);
      return performance.now() - start;
    };
    await time(randomEmail());
    const known = Math.min(await time(email), await time(email), await time(email));
    const unknown = Math.min(await time(randomEmail()), await time(randomEmail()), await time(randomEmail()));
    expect(unknown).toBeGreaterThan(known * 0.5);
    expect(unknown).toBeLessThan(known * 2);
  });

  test('succeeds although the client still sends an old token', async () => {
    const { email } = await register();
    const answer = await post('/auth/login/', { email, password: PASSWORD }).set('Authorization', 'Bearer old');
    expect(answer.status).toBe(200);
  });

  test.each([
    ['no login', { password: 'x' }],
    ['no password', { email: 'a@b.example' }],
    ['an object for the e-mail', { email: { $ne: null }, password: 'x' }],
    ['an array for the password', { email: 'a@b.example', password: ['x'] }],
    ['a number', { email: 1, password: 2 }],
    ['a NUL', { email: 'a\0b@c.example', password: 'x' }],
  ])('refuses %s with a 400', async (_what, body) => {
    expect((await post('/auth/login/', body)).status).toBe(400);
  });

  test('takes a login of the full length', async () => {
    await post('/auth/login/', { email: 'x'.repeat(254), password: 'not the password' }).expect(401);
  });

  test('a suspended user is told so, and only with the right password', async () => {
    const user = await register();
    const admin = await app.createCaller('admin');
    await admin.post(`/users/${user.user.id}/suspend/`).expect(200);
    const right = await post('/auth/login/', { email: user.email, password: PASSWORD }).expect(401);
    expect(right.body.code).toBe('account_disabled');
    const wrong = await post('/auth/login/', { email: user.email, password: 'not the password' }).expect(401);
    expect(wrong.body.code).toBe('not_authenticated');
    expect((await user.get('/auth/me/').expect(401)).body.code).toBe('account_disabled');
    const refresh = await post('/auth/token/refresh/', { refresh: user.refresh }).expect(401);
    expect(refresh.body.code).toBe('account_disabled');
    await admin.post(`/users/${user.user.id}/reactivate/`).expect(200);
    await post('/auth/login/', { email: user.email, password: PASSWORD }).expect(200);
    expect((await user.get('/auth/me/').expect(401)).body.code).toBe('token_invalid');
  });
});

describe('the own account', () => {
  test('is read and changed', async () => {
    const user = await register();
    const changed = await user
      .patch('/auth/me/', { first_name: 'Grace', phone: '+49 30 1234', timezone: 'Europe/Berlin', locale: 'de-DE' })
      .expect(200);
    expect(changed.body).toMatchObject({ first_name: 'Grace', timezone: 'Europe/Berlin', version: 2 });
    expect((await user.get('/auth/me/').expect(200)).body).toEqual(changed.body);
    await user.patch('/auth/me/', { phone: null }).expect(200);
    expect((await user.get('/auth/me/')).body.phone).toBeNull();
  });

  test('has a version like every other row', async () => {
    const user = await app.createCaller('guest');
    expect((await user.get('/auth/me/').expect(200)).headers.etag).toBe('"1"');
    const changed = await user.patch('/auth/me/', { title: 'Boss' }).set('If-Match', '"1"').expect(200);
    expect(changed.headers.etag).toBe('"2"');
    await user.patch('/auth/me/', { bio: 'Merged' }).set('If-Match', '"1"').expect(200);
    const stale = await user.patch('/auth/me/', { title: 'Chief' }).set('If-Match', '"1"').expect(412);
    expect(stale.body).toMatchObject({ code: 'version_mismatch', current: { title: 'Boss', version: 3 } });
  });

  test.each([
    ['email', 'other@test.example'],
    ['role', 'admin'],
    ['is_active', false],
    ['password_hash', 'x'],
    ['timezone', 'Mars/Olympus'],
    ['locale', 'not a locale'],
    ['avatar_url', 'javascript:alert(1)'],
    ['first_name', 'x'.repeat(101)],
  ])('refuses %s', async (field, value) => {
    const user = await app.createCaller('sales_rep');
    const { body } = await user.patch('/auth/me/', { [field]: value }).expect(400);
    expect(body.errors[0].field).toBe(field);
    expect((await user.get('/auth/me/')).body.version).toBe(1);
  });

  test('a new password ends every other session and keeps this one', async () => {
    const user = await register();
    const other = (await post('/auth/login/', { email: user.email, password: PASSWORD })).body;
    const new_password = 'quite another passphrase';
    const wrong = await user.post('/auth/change-password/', { current_password: 'wrong', new_password });
    expect(wrong.body.errors[0].field).toBe('current_password');
    await user.post('/auth/change-password/', { current_password: PASSWORD, new_password: 'password1' }).expect(400);
    const same = await user.post('/auth/change-password/', { current_password: PASSWORD, new_password: PASSWORD });
    expect([same.status, same.body.errors]).toMatchObject([
      400,
      [{ field: 'new_password', code: 'password_unchanged' }],
    ]);
    await user.post('/auth/change-password/', { current_password: PASSWORD, new_password }).expect(200);
    await user.get('/auth/me/').expect(200);
    const ended = await requestsWith(app.url, other.access).get('/auth/me/').expect(401);
    expect(ended.body.code).toBe('token_invalid');
    await post('/auth/token/refresh/', { refresh: other.refresh }).expect(401);
    await post('/auth/login/', { email: user.email, password: PASSWORD }).expect(401);
    await post('/auth/login/', { email: user.email, password: new_password }).expect(200);
  });

  test('the current password cannot be guessed with a stolen token', async () => {
    const user = await register();
    const guess = () =>
      user
        .post('/auth/change-password/', { current_password: 'a guess', new_password: 'quite another passphrase' })
        .set('X-Forwarded-For', '10.9.9.9')
        .then(({ status }: Response) => status);
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push(await guess());
    expect(statuses).toEqual([400, 400, 400, 400, 400, 429]);
  });
});

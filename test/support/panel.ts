import supertest, { type Response, type Test } from 'supertest';
import { createUser } from '../../src/auth/auth.service.ts';
import { hashPassword } from '../../src/auth/passwords.ts';
import { createSystemCtx } from '../../src/core/ctx.ts';
import type { TestApp } from './app.ts';
import { PASSWORD } from './caller.ts';
import { randomAddress, randomEmail } from './visitor.ts';

/** A browser at the panel, as far as HTTP goes: it keeps one cookie and names its own page as the source. */
export interface PanelVisitor {
  cookie: string | undefined;
  get(path: string): Test;
  post(path: string, form?: Record<string, string>): Test;
  signIn(email: string, password?: string, next?: string): Promise<Response>;
}

/** Opens the panel from an address of its own. Paths are relative to /admin. */
export function visitPanel(app: TestApp, ip = randomAddress()): PanelVisitor {
  const prepare = (test: Test) => {
    test.set('X-Forwarded-For', ip);
    return visitor.cookie ? test.set('Cookie', visitor.cookie) : test;
  };
  const visitor: PanelVisitor = {
    cookie: undefined,
    get: (path) => prepare(supertest(app.url).get(`/admin${path}`)),
    post: (path, form = {}) => {
      const test = prepare(supertest(app.url).post(`/admin${path}`)).set('Origin', app.url);
      return test.type('form').send(form);
    },
    async signIn(email, password = PASSWORD, next = '') {
      const answer = await visitor.post('/login', { email, password, next });
      visitor.cookie = cookieOf(answer)?.split(';')[0] ?? visitor.cookie;
      return answer;
    },
  };
  return visitor;
}

/** The session cookie that an answer sets, with its attributes. */
export function cookieOf(answer: Response): string | undefined {
  const cookies = (answer.headers['set-cookie'] ?? []) as unknown as string[];
  return cookies.find((cookie) => cookie.startsWith('mycrm_panel='));
}

let passwordHash: Promise<string> | undefined;

/** A user who can sign in at the panel with {@link PASSWORD}. */
export async function createPanelUser(
  app: TestApp,
  role: string,
  names: { first_name?: string; last_name?: string } = {},
) {
  passwordHash ??= hashPassword(PASSWORD);
  const input = {
    email: randomEmail(),
    password_hash: await passwordHash,
    first_name: role,
    last_name: 'Panel',
    ...names,
  };
  return createUser(createSystemCtx(app.system), input, role);
}

/** A visitor who is signed in with this role. */
export async function openPanelAs(app: TestApp, role: string): Promise<PanelVisitor & { id: string; email: string }> {
  const user = await createPanelUser(app, role);
  const visitor = visitPanel(app);
  await visitor.signIn(user.email);
  return Object.assign(visitor, user);
}

import { randomInt } from 'node:crypto';
import supertest, { type Test } from 'supertest';
import { createUser } from '../../src/auth/auth.service.ts';
import { startSession } from '../../src/auth/session.service.ts';
import type { Keys } from '../../src/auth/tokens.ts';
import type { Ctx } from '../../src/core/ctx.ts';

export type RoleName = 'admin' | 'manager' | 'sales_rep' | 'viewer' | 'guest';
export type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

/** A signed-in user, and requests in their name. Paths are relative to /api/v1. */
export interface Caller {
  id: string;
  email: string;
  access: string;
  refresh: string;
  session_id: string;
  get(path: string): Test;
  post(path: string, body?: object): Test;
  patch(path: string, body?: object): Test;
  put(path: string, body?: object): Test;
  delete(path: string): Test;
}

/** The password of every caller whose hash was asked for with `hashPassword`. */
export const PASSWORD = 'correct horse battery staple';

/** Makes a user of this role and opens a session without the sign-in's hashing and limits. */
export async function createCaller(
  ctx: Ctx,
  keys: Keys,
  url: string,
  role: RoleName,
  options: { team_id?: string; password_hash?: string } = {},
): Promise<Caller> {
  const email = `${role}-${randomInt(1e9)}@test.example`;
  const user = await createUser(
    ctx,
    { email, password_hash: options.password_hash ?? 'none', first_name: role, last_name: 'Tester' },
    role,
  );
  if (options.team_id) {
    await ctx.db.query('UPDATE role_assignments SET team_id = $2 WHERE user_id = $1', [user.id, options.team_id]);
  }
  const session = await startSession(ctx, keys, user.id);
  return { id: user.id, email, ...session, ...requestsWith(url, session.access) };
}

/** Requests with this access token. */
export function requestsWith(url: string, access: string) {
  const send = (method: Method, path: string, body?: object) => {
    const test = supertest(url)[method](`/api/v1${path}`).set('Authorization', `Bearer ${access}`);
    return body === undefined ? test : test.send(body);
  };
  return {
    get: (path: string) => send('get', path),
    post: (path: string, body?: object) => send('post', path, body),
    patch: (path: string, body?: object) => send('patch', path, body),
    put: (path: string, body?: object) => send('put', path, body),
    delete: (path: string) => send('delete', path),
  };
}

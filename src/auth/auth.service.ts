import type { Config } from '../config.ts';
import { type Ctx, withTransaction } from '../core/ctx.ts';
import { AppError, fieldError, notFound, permissionDenied, unauthenticated } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { SharedCounters } from '../core/shared-counters.ts';
import { record } from '../events/record.ts';
import { findAccount } from './account.ts';
import { hashPassword, refuseWeakPassword, verifyPassword } from './passwords.ts';
import { endSessions, refreshSession, startSession, type Tokens } from './session.service.ts';
import { admitAttempt, countFailure, forgetFailures, LOCK_SECONDS, refuseLocked } from './sign-in-guard.ts';
import type { Keys } from './tokens.ts';

/** What the account functions need beside the context. */
export interface AuthDeps {
  keys: Keys;
  counters: SharedCounters;
  config: Pick<Config, 'REGISTRATION_MODE' | 'DEFAULT_ROLE' | 'REFRESH_ROTATION'>;
}

export interface SignedIn {
  user: unknown;
  permissions: string[];
  tokens: Tokens;
  access: string;
  refresh: string;
}

/**
 * Signs a user in with a password. Five failures lock this account for this address for 30 minutes.
 * Throws 401 `not_authenticated`, 401 `account_disabled`, 429 `rate_limited`.
 */
export async function signIn(ctx: Ctx, deps: AuthDeps, input: { login: string; password: string }): Promise<SignedIn> {
  const user = await verifyCredentials(ctx, deps, input);
  return withTransaction(ctx, (inner) => openSession(inner, deps, user));
}

export interface VerifiedUser {
  id: string;
  email: string;
}

/** The user whom e-mail (or username) and password belong to, behind the limits and the lockout of every door. */
export async function verifyCredentials(
  ctx: Ctx,
  deps: Pick<AuthDeps, 'counters'>,
  input: { login: string; password: string },
): Promise<VerifiedUser> {
  const { login, user, attempt } = await findAttempted(ctx, input.login);
  await admitAttempt(deps.counters, attempt);
  const isRight = await verifyPassword(user?.password_hash ?? null, input.password);
  if (!user || !isRight) {
    const isLocked = await countFailure(deps.counters, attempt);
    await recordFailure(ctx, user, login, isLocked);
    const wait = isLocked ? { 'Retry-After': String(LOCK_SECONDS) } : undefined;
    throw unauthenticated('not_authenticated', 'E-mail or password is wrong.', wait);
  }
  if (!user.is_active) throw unauthenticated('account_disabled', 'This account is suspended.');
  await forgetFailures(deps.counters, attempt);
  return user;
}

/** Throws 429 while this account is locked for the caller: an answer that holds for longer than the limit's minute. */
export async function refuseLockedSignIn(ctx: Ctx, deps: Pick<AuthDeps, 'counters'>, login: string): Promise<void> {
  await refuseLocked(deps.counters, (await findAttempted(ctx, login)).attempt);
}

/** Whose account an e-mail or username means, and under what its failures are counted. */
async function findAttempted(ctx: Ctx, given: string) {
  const login = given.trim().normalize('NFKC').toLowerCase();
  const [user = null] = await ctx.db.query<VerifiedUser & { password_hash: string; is_active: boolean }>(
    `SELECT id, email, password_hash, is_active AND deleted_at IS NULL AS is_active FROM users
     WHERE email = $1 OR lower(username) = $1 ORDER BY email = $1 DESC LIMIT 1`,
    [login],
  );
  return { login, user, attempt: { account: user?.id ?? login, ip: ctx.origin.ip } };
}

const LIKE_AN_ADDRESS = /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/;

async function recordFailure(ctx: Ctx, user: VerifiedUser | null, login: string, isLocked: boolean): Promise<void> {
  // What is no address may be a password that was typed into the wrong field.
  const label = user?.email ?? (LIKE_AN_ADDRESS.test(login) ? login : 'unknown account');
  const subject = { type: 'user', id: user?.id ?? null, label };
  const actor = user ? { id: user.id, name: user.email } : undefined;
  await withTransaction(ctx, async (inner) => {
    await record(inner, 'user.sign_in_failed', subject, { actor });
    if (isLocked) await record(inner, 'user.locked', subject, { actor });
  });
}

async function openSession(ctx: Ctx, deps: AuthDeps, user: VerifiedUser): Promise<SignedIn> {
  const { session_id, ...tokens } = await startSession(ctx, deps.keys, user.id);
  await ctx.db.query('UPDATE users SET last_login = now() WHERE id = $1', [user.id]);
  await record(
    ctx,
    'user.signed_in',
    { type: 'user', id: user.id, label: user.email },
    {
      actor: { id: user.id, name: user.email },
      metadata: { session_id },
    },
  );
  const account = await findAccount(ctx, user.id);
  return { user: account, permissions: account.permissions, tokens, ...tokens };
}

export interface Registration {
  email: string;
  password: string;
  first_name?: string;
  last_name?: string;
}

/** Makes an account with the default role and signs it in. Throws 403 where registration is not open. */
export async function registerUser(ctx: Ctx, deps: AuthDeps, input: Registration): Promise<SignedIn> {
  if (deps.config.REGISTRATION_MODE !== 'open') {
    throw new AppError({
      status: 403,
      code: 'registration_closed',
      title: 'Registration closed',
      detail: 'New accounts are made by invitation only.',
    });
  }
  const names = [input.first_name ?? '', input.last_name ?? ''];
  refuseWeakPassword('password', input.password, { email: input.email, names });
  const password_hash = await hashPassword(input.password);
  return withTransaction(ctx, async (inner) => {
    const user = await createUser(inner, { ...input, password_hash }, deps.config.DEFAULT_ROLE);
    await record(
      inner,
      'user.registered',
      { type: 'user', id: user.id, label: user.email },
      {
        actor: { id: user.id, name: user.email },
      },
    );
    return openSession(inner, deps, user);
  });
}

export interface NewUser extends Omit<Registration, 'password'> {
  /** Made here unless given. */
  id?: string;
  password_hash: string;
}

/** Inserts a user and gives them a role. Throws 409 when the e-mail is taken. */
export async function createUser(ctx: Ctx, input: NewUser, roleName: string): Promise<VerifiedUser> {
  const id = input.id ?? newId();
  const [user] = await ctx.db.query<VerifiedUser>(
    `INSERT INTO users (id, email, username, password_hash, first_name, last_name)
     VALUES ($1, $2, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id, email`,
    [id, input.email, input.password_hash, input.first_name ?? '', input.last_name ?? ''],
  );
  if (!user) {
    throw new AppError({
      status: 409,
      code: 'duplicate',
      title: 'Duplicate',
      detail: 'email: There is an account with this e-mail already.',
      errors: [{ field: 'email', code: 'duplicate', message: 'There is an account with this e-mail already.' }],
    });
  }
  const given = await ctx.db.query(
    `INSERT INTO role_assignments (id, user_id, role_id, created_by_id)
     SELECT $1, $2, id, $4 FROM roles WHERE name = $3 AND deleted_at IS NULL RETURNING id`,
    [newId(), id, roleName, ctx.principal.user_id],
  );
  if (given.length === 0) throw new Error(`There is no role ${roleName}; run init-roles.`);
  return user;
}

/** New tokens for a refresh token. Throws 401. */
export async function refreshTokens(ctx: Ctx, deps: AuthDeps, token: string): Promise<Tokens> {
  const isRotating = deps.config.REFRESH_ROTATION === 'on';
  const result = await withTransaction(ctx, (inner) => refreshSession(inner, deps.keys, token, isRotating));
  // Thrown only now, so that the end of the session is committed.
  if (result === 'reused')
    throw unauthenticated('token_invalid', 'This refresh token was used before; its session has been ended.');
  return result;
}

export async function signOut(ctx: Ctx): Promise<void> {
  const { session_id, user_id, name } = ctx.principal;
  if (!session_id) throw permissionDenied('signed-in', 'Only a session can be signed out.');
  await endSessions(ctx, { session_id }, 'signed_out');
  await record(ctx, 'user.signed_out', { type: 'user', id: user_id, label: name });
}

/** Replaces the caller's password and ends their other sessions. Throws 400 when the current one is wrong, 429. */
export async function changePassword(
  ctx: Ctx,
  deps: Pick<AuthDeps, 'counters'>,
  input: { current_password: string; new_password: string },
): Promise<void> {
  const { user_id, session_id } = ctx.principal;
  // Limited like a sign-in: who holds a stolen session must not find out the password at leisure.
  const attempt = { account: `change:${user_id}`, ip: ctx.origin.ip };
  await admitAttempt(deps.counters, attempt);
  const [user] = await ctx.db.query<{ email: string; password_hash: string; first_name: string; last_name: string }>(
    'SELECT email, password_hash, first_name, last_name FROM users WHERE id = $1',
    [user_id],
  );
  if (!user) throw notFound('user');
  if (!(await verifyPassword(user.password_hash, input.current_password))) {
    await countFailure(deps.counters, attempt);
    throw fieldError('current_password', 'wrong', 'This is not your current password.');
  }
  if (input.new_password === input.current_password) {
    throw fieldError('new_password', 'password_unchanged', 'This is your password already. Choose another.');
  }
  refuseWeakPassword('new_password', input.new_password, {
    email: user.email,
    names: [user.first_name, user.last_name],
  });
  await forgetFailures(deps.counters, attempt);
  const password_hash = await hashPassword(input.new_password);
  await withTransaction(ctx, async (inner) => {
    await inner.db.query(
      'UPDATE users SET password_hash = $2, updated_at = now(), version = version + 1 WHERE id = $1',
      [user_id, password_hash],
    );
    await endSessions(inner, { user_id: user_id ?? undefined, except: session_id }, 'password_changed');
    await record(inner, 'user.password_changed', { type: 'user', id: user_id, label: user.email });
  });
}

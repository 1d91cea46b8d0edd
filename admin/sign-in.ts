import connectPgSimple from 'connect-pg-simple';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import session from 'express-session';
import type AdminJS from 'adminjs';
import { findAccount } from '../src/auth/account.ts';
import { verifyCredentials } from '../src/auth/auth.service.ts';
import { loadUserPrincipal } from '../src/auth/principal.ts';
import { holdsPermission } from '../src/auth/scope.ts';
import { endSessions, startSession } from '../src/auth/session.service.ts';
import { type Ctx, createCtx, ANONYMOUS, withTransaction } from '../src/core/ctx.ts';
import { AppError, rateLimited } from '../src/core/errors.ts';
import { record } from '../src/events/record.ts';
import { addressKey } from '../src/http/limits.ts';
import { originOf } from '../src/http/request.ts';
import type { System } from '../src/system.ts';
import { type Administrator, setPresence } from './administrator.ts';

declare module 'express-session' {
  interface SessionData {
    adminUser: Administrator;
  }
}

export const COOKIE_NAME = 'mycrm_panel';
const EIGHT_HOURS_MS = 8 * 60 * 60 * 1000;
const TRIES_PER_MINUTE = 5;
const MINUTE = 60_000;

/** Panel sessions in PostgreSQL, in a cookie that no other site can have sent. */
export function openPanelSessions(system: System): RequestHandler {
  const Store = connectPgSimple(session);
  return session({
    name: COOKIE_NAME,
    secret: system.keys.panel.export().toString('base64'),
    store: new Store({ pool: system.database.pool, tableName: 'panel_sessions', createTableIfMissing: false, pruneSessionInterval: false }),
    resave: false,
    saveUninitialized: false,
    cookie: { httpOnly: true, sameSite: 'strict', secure: system.config.is_production ? 'auto' : false, maxAge: EIGHT_HOURS_MS, path: '/admin' },
  });
}

/**
 * Finds the principal anew at each request, so that suspension, a change of role and the end of the session are felt
 * at once. Whoever may no longer be here is signed out.
 */
export function admitAdministrator(system: System): RequestHandler {
  return async (req, _res, next) => {
    const administrator = req.session.adminUser;
    if (!administrator) return next();
    const found = await system.principals.find(administrator.session_id);
    if (found?.is_active && holdsPermission(found.principal, 'access_admin')) {
      setPresence(administrator, { principal: found.principal, origin: originOf(req) });
    } else {
      await regenerate(req);
    }
    next();
  };
}

/** Sign-in and sign-out by the same accounts, limits and lockout as REST. */
export function mountSignIn(router: Router, admin: AdminJS, system: System): void {
  const { rootPath, loginPath } = admin.options;
  const readLogin = express.urlencoded({ extended: false, limit: '10kb', parameterLimit: 10 });
  router.post('/login', readLogin, async (req, res) => {
    try {
      req.session.adminUser = await signInAdministrator(system, req);
      res.redirect(303, rootPath);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      await showLogin(res, admin, error);
    }
  });
  router.get('/logout', async (req, res) => {
    const administrator = req.session.adminUser;
    if (administrator) await signOutAdministrator(anonymousCtx(system, req), administrator);
    await regenerate(req);
    res.redirect(303, loginPath);
  });
}

async function showLogin(res: Response, admin: AdminJS, error: AppError): Promise<void> {
  const page = await admin.renderLogin({ action: admin.options.loginPath, errorMessage: error.message });
  res.status(error.status).send(page);
}

async function signInAdministrator(system: System, req: Request): Promise<Administrator> {
  const { hits, resetsAt } = await system.counters.countExactly(`panel_login:${addressKey(req)}`, MINUTE);
  if (hits > TRIES_PER_MINUTE) {
    throw rateLimited((resetsAt.getTime() - Date.now()) / 1000, 'Too many sign-ins. Try again in a minute.');
  }
  const { email, password } = (req.body ?? {}) as Record<string, unknown>;
  const login = { login: String(email ?? '').slice(0, 254), password: String(password ?? '').slice(0, 129) };
  const ctx = anonymousCtx(system, req);
  const user = await verifyCredentials(ctx, system.auth, login);
  const loaded = await loadUserPrincipal(ctx.db, user.id);
  if (!loaded || !holdsPermission(loaded.principal, 'access_admin')) {
    throw new AppError({ status: 403, code: 'permission_denied', title: 'Permission denied', detail: 'This account may not use the panel.' });
  }
  // A new id, so that one planted before the sign-in is worth nothing after it.
  await regenerate(req);
  return withTransaction(ctx, (inner) => openSession(inner, system, user));
}

async function openSession(ctx: Ctx, system: System, user: { id: string; email: string }): Promise<Administrator> {
  const { session_id } = await startSession(ctx, system.keys, user.id);
  await ctx.db.query('UPDATE users SET last_login = now() WHERE id = $1', [user.id]);
  const options = { actor: { id: user.id, name: user.email }, metadata: { session_id, door: 'panel' } };
  await record(ctx, 'user.signed_in', { type: 'user', id: user.id, label: user.email }, options);
  const account = await findAccount(ctx, user.id);
  return { id: user.id, email: user.email, title: account.full_name || user.email, session_id };
}

async function signOutAdministrator(ctx: Ctx, administrator: Administrator): Promise<void> {
  const { id, email, session_id } = administrator;
  await withTransaction(ctx, async (inner) => {
    await endSessions(inner, { session_id }, 'signed_out');
    await record(inner, 'user.signed_out', { type: 'user', id, label: email }, { actor: { id, name: email } });
  });
}

function anonymousCtx(system: System, req: Request): Ctx {
  return createCtx(system, ANONYMOUS, originOf(req));
}

function regenerate(req: Request): Promise<void> {
  return new Promise((resolve, reject) => req.session.regenerate((error) => (error ? reject(error) : resolve())));
}

import { type Request, Router } from 'express';
import { signOut, verifyCredentials } from '../src/auth/auth.service.ts';
import { loadUserPrincipal } from '../src/auth/principal.ts';
import { holdsPermission } from '../src/auth/scope.ts';
import { endSessions, startSession } from '../src/auth/session.service.ts';
import { ANONYMOUS, createCtx, withTransaction } from '../src/core/ctx.ts';
import { AppError, permissionDenied, rateLimited } from '../src/core/errors.ts';
import { record } from '../src/events/record.ts';
import { addressKey } from '../src/http/limits.ts';
import { originOf } from '../src/http/request.ts';
import type { System } from '../src/system.ts';
import { LOGIN_PATH, PANEL_PATH } from './brand.ts';
import type { FormFields } from './form-body.ts';
import { nonceOf } from './page-headers.ts';
import { isSameOrigin } from './same-origin.ts';
import { HTTPS_NEEDED, renderInsecure, renderSignIn, renderSignOut } from './sign-in-page.ts';

const TRIES_PER_MINUTE = 5;
const MINUTE = 60_000;

/** The pages with which administrators come and go. `onVisit` may prepare what they will need next. */
export function createSignInRouter(system: System, onVisit: () => void): Router {
  const router = Router();
  router.get('/login', (req, res) => {
    if (isInsecure(system, req)) return void res.type('html').send(renderInsecure(nonceOf(res), req.host));
    onVisit();
    res.type('html').send(renderSignIn({ nonce: nonceOf(res), next: readNext(req.query.next) }));
  });
  router.post('/login', async (req, res) => {
    const { email = '', password = '', next } = fieldsOf(req);
    try {
      const sessionId = await signIn(system, req, { login: email, password });
      // Only now, as the sign-in has put a new session in the place of the old.
      req.session.session_id = sessionId;
      await saveSession(req);
      res.redirect(303, readNext(next));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const page = { nonce: nonceOf(res), next: readNext(next), email, error: error.message };
      res.status(error.status).set(error.headers).type('html').send(renderSignIn(page));
    }
  });
  router.get('/logout', async (req, res) => {
    // The menu of AdminJS goes here by GET. Another site's link is asked about first.
    if (!isSameOrigin(req)) return void res.type('html').send(renderSignOut(nonceOf(res)));
    await leave(system, req);
    res.redirect(303, LOGIN_PATH);
  });
  router.post('/logout', async (req, res) => {
    await leave(system, req);
    res.redirect(303, LOGIN_PATH);
  });
  return router;
}

/** In production no browser would keep the cookie that a sign-in over plain HTTP gets, and the password would be read. */
function isInsecure({ config }: System, req: Request): boolean {
  return config.is_production && !req.secure;
}

/** Opens a session for who may use the panel. Answers its id. Throws 401, 403, 429. */
async function signIn(system: System, req: Request, input: { login: string; password: string }): Promise<string> {
  const ctx = createCtx(system, ANONYMOUS, originOf(req));
  const tries = await system.counters.countExactly(`panel_login:${addressKey(req)}`, MINUTE);
  if (tries.hits > TRIES_PER_MINUTE) {
    const wait = (tries.resetsAt.getTime() - Date.now()) / 1000;
    throw rateLimited(wait, 'Too many sign-ins from this address. Try again in a minute.');
  }
  if (isInsecure(system, req)) {
    throw new AppError({ status: 400, code: 'insecure', title: 'HTTPS needed', detail: HTTPS_NEEDED });
  }
  const { id, email } = await verifyCredentials(ctx, system, {
    login: input.login.slice(0, 254),
    password: input.password.slice(0, 129),
  });
  const loaded = await loadUserPrincipal(system.database, id);
  if (!loaded || !holdsPermission(loaded.principal, 'access_admin')) {
    throw permissionDenied('access_admin', 'Your account may not use the panel. Ask an administrator for access.');
  }
  const previous = req.session.session_id;
  // A new id, so that one planted before the sign-in is worth nothing after it.
  await new Promise<void>((resolve, reject) => {
    req.session.regenerate((error) => (error ? reject(error) : resolve()));
  });
  return withTransaction(ctx, async (inner) => {
    if (previous) await endSessions(inner, { session_id: previous }, 'signed_out');
    const { session_id } = await startSession(inner, system.keys, id);
    await inner.db.query('UPDATE users SET last_login = now() WHERE id = $1', [id]);
    const subject = { type: 'user', id, label: email };
    await record(inner, 'user.signed_in', subject, {
      actor: { id, name: loaded.principal.name },
      metadata: { session_id, door: 'panel' },
    });
    return session_id;
  });
}

/** Ends the session at every door. Without one there is nothing to end. */
async function leave(system: System, req: Request): Promise<void> {
  const { session_id } = req.session;
  const found = session_id ? await system.principals.find(session_id) : null;
  if (found) await withTransaction(createCtx(system, found.principal, originOf(req)), signOut);
  await destroySession(req);
}

/** Forgets the cookie's session. */
export function destroySession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => req.session.destroy((error) => (error ? reject(error) : resolve())));
}

function saveSession(req: Request): Promise<void> {
  return new Promise((resolve, reject) => req.session.save((error) => (error ? reject(error) : resolve())));
}

function fieldsOf(req: Request): FormFields {
  return (req as Request & { fields?: FormFields }).fields ?? {};
}

/** Where to go after the sign-in: a page of the panel and nothing else, whatever the link said. */
export function readNext(given: unknown): string {
  if (typeof given !== 'string' || given.length > 1000) return PANEL_PATH;
  const base = 'http://panel.invalid';
  if (!URL.canParse(given, base)) return PANEL_PATH;
  const { origin, pathname, search } = new URL(given, base);
  const isPage = pathname.startsWith(`${PANEL_PATH}/resources/`) || pathname.startsWith(`${PANEL_PATH}/pages/`);
  return origin === base && isPage ? pathname + search : PANEL_PATH;
}

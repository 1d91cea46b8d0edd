import type { Request, RequestHandler } from 'express';
import { holdsPermission } from '../src/auth/scope.ts';
import { createCtx, type Principal } from '../src/core/ctx.ts';
import { prepared } from '../src/core/database.ts';
import { originOf, requestOf } from '../src/http/request.ts';
import type { System } from '../src/system.ts';
import { createAdministrator } from './administrator.ts';
import { LOGIN_PATH } from './brand.ts';
import { destroySession } from './sign-in.ts';

/**
 * Lets only signed-in administrators pass. The principal is asked for at each request, of the cache that a suspension,
 * a change of role and the end of the session empty at once.
 */
export function admitAdministrators(system: System): RequestHandler {
  return async (req, res, next) => {
    const principal = await findPrincipal(system, req);
    if (!principal) {
      if (req.session.session_id) await destroySession(req);
      return res.redirect(303, loginAddress(req));
    }
    requestOf(req).principal = principal;
    await system.customFields.ready();
    const timezone = await findTimeZone(system, principal);
    const administrator = createAdministrator(createCtx(system, principal, originOf(req)), timezone);
    // AdminJS looks for it here; not enumerable, so that it is never stored with the session.
    Object.defineProperty(req.session, 'adminUser', { value: administrator, enumerable: false });
    next();
  };
}

async function findPrincipal(system: System, req: Request): Promise<Principal | null> {
  const { session_id } = req.session;
  const found = session_id ? await system.principals.find(session_id) : null;
  return found?.is_active && holdsPermission(found.principal, 'access_admin') ? found.principal : null;
}

async function findTimeZone({ database }: System, { user_id }: Principal): Promise<string> {
  const text = 'SELECT timezone FROM users WHERE id = $1';
  const [user] = await database.query<{ timezone: string }>(prepared(text, [user_id]));
  return user?.timezone ?? 'UTC';
}

/** Back to the page that was asked for; a script's request is answered with the plain address, which AdminJS knows. */
function loginAddress(req: Request): string {
  const isPage = req.method === 'GET' && req.path.startsWith('/resources/');
  return isPage ? `${LOGIN_PATH}?next=${encodeURIComponent(req.originalUrl)}` : LOGIN_PATH;
}

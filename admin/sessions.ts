import connectPgSimple from 'connect-pg-simple';
import type { RequestHandler } from 'express';
import session from 'express-session';
import type { System } from '../src/system.ts';
import { PANEL_PATH } from './brand.ts';

declare module 'express-session' {
  interface SessionData {
    /** The row in `sessions` that this sign-in opened; it is asked for at each request. */
    session_id: string;
  }
}

const LIFETIME_MS = 12 * 60 * 60_000;
export const COOKIE_NAME = 'mycrm_panel';

/** The cookie's own session, in PostgreSQL. It holds one id; who that is and what they may is never kept in it. */
export function createSessions({ config, database, keys, logger }: System): RequestHandler {
  const Store = connectPgSimple(session);
  return session({
    name: COOKIE_NAME,
    secret: keys.panel.export().toString('base64url'),
    resave: false,
    saveUninitialized: false,
    cookie: {
      path: PANEL_PATH,
      httpOnly: true,
      // Lax, so that a link in a mail opens the panel; what changes something is never a GET.
      sameSite: 'lax',
      secure: config.is_production,
      maxAge: LIFETIME_MS,
    },
    store: new Store({
      pool: database.pool,
      tableName: 'panel_sessions',
      disableTouch: true,
      errorLog: (...args: unknown[]) => logger.warn({ details: args.map(String) }, 'panel sessions'),
    }),
  });
}

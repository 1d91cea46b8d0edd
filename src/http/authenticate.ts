import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { PrincipalCache } from '../auth/principal-cache.ts';
import { type AccessClaims, AUDIENCE, ISSUER, type Keys } from '../auth/tokens.ts';
import { ANONYMOUS, type Principal } from '../core/ctx.ts';
import { type AppError, unauthenticated } from '../core/errors.ts';
import { requestOf } from './request.ts';

const { Passport } = passport as unknown as { Passport: new () => passport.Authenticator };

/**
 * Reads the bearer token and puts the principal on the request. No token leaves the request anonymous, and so does a
 * bad one, with the refusal beside it: sign-in and refresh must work for a client that still sends its old token.
 */
export function createAuthenticator(keys: Keys, principals: PrincipalCache, metricsToken?: string): RequestHandler {
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // jsonwebtoken takes the KeyObject as it is; the declared type knows strings and buffers only.
      secretOrKey: keys.access as unknown as Buffer,
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
    },
    (claims: AccessClaims, done: (error: unknown, user?: Principal | false, info?: unknown) => void) => {
      if (claims.token_type !== 'access')
        return done(null, false, unauthenticated('token_invalid', 'This is not an access token.'));
      principals.find(claims.sid).then((found) => {
        if (!found)
          return done(null, false, unauthenticated('token_invalid', 'This session has ended. Sign in again.'));
        if (!found.is_active)
          return done(null, false, unauthenticated('account_disabled', 'This account is suspended.'));
        done(null, found.principal);
      }, done);
    },
  );
  // By name, never the strategy itself: passport runs an instance that it is handed as it is, so that two requests at
  // once overwrite one another's callbacks and one is answered as the other's user. A named one is copied each time.
  const authenticator = new Passport();
  authenticator.use('jwt', strategy);
  return (req, res, next) => {
    const { authorization } = req.headers;
    if (authorization === undefined) return next();
    if (metricsToken !== undefined && isSame(authorization, `Bearer ${metricsToken}`)) {
      requestOf(req).principal = SCRAPER;
      return next();
    }
    const finish = (error: unknown, user: Principal | false, info: unknown) => {
      if (error) return next(error);
      if (user) requestOf(req as Request).principal = user;
      else requestOf(req as Request).refusal = explainRefusal(info);
      next();
    };
    authenticator.authenticate('jwt', { session: false }, finish)(req, res, next);
  };
}

/** Prometheus, which knows METRICS_TOKEN and may see how the installation does. */
const SCRAPER: Principal = { ...ANONYMOUS, name: 'metrics', permissions: new Set(['view_admin_dashboard']) };

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function explainRefusal(info: unknown): AppError {
  if (info instanceof jwt.TokenExpiredError) return unauthenticated('token_expired', 'The access token has expired.');
  if (info instanceof Error && 'status' in info) return info as AppError;
  return unauthenticated('token_invalid', 'The access token is not valid.');
}

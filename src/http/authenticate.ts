import { createHash, timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import jwt from 'jsonwebtoken';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import type { LoadedPrincipal } from '../auth/principal.ts';
import type { PrincipalCache } from '../auth/principal-cache.ts';
import { type AccessClaims, AUDIENCE, ISSUER, type Keys } from '../auth/tokens.ts';
import { ANONYMOUS, type Principal } from '../core/ctx.ts';
import { AppError, unauthenticated } from '../core/errors.ts';
import { requestOf } from './request.ts';

const { Passport } = passport as unknown as { Passport: new () => passport.Authenticator };

/** Puts the principal on the request. */
export type Authenticate = (req: Request) => void | Promise<void>;

/**
 * Reads the bearer token and puts the principal on the request. No token leaves the request anonymous, and so does a
 * bad one, with the refusal beside it: sign-in and refresh must work for a client that still sends its old token.
 */
export function createAuthenticator(keys: Keys, principals: PrincipalCache, metricsToken?: string): Authenticate {
  const verify = createVerifier(keys);
  const verified = new VerifiedTokens();
  return (req) => {
    const { authorization } = req.headers;
    if (authorization === undefined) return;
    if (metricsToken !== undefined && isSame(authorization, `Bearer ${metricsToken}`)) {
      requestOf(req).principal = SCRAPER;
      return;
    }
    const known = verified.find(authorization);
    const cached = known && principals.peek(known.sid);
    return cached ? admit(req, cached) : verifyAndAdmit(req, authorization);
  };

  async function verifyAndAdmit(req: Request, authorization: string): Promise<void> {
    const claims = verified.find(authorization) ?? (await verify(req));
    if (claims instanceof AppError) {
      requestOf(req).refusal = claims;
      return;
    }
    verified.keep(authorization, claims);
    admit(req, await principals.find(claims.sid));
  }
}

function admit(req: Request, found: LoadedPrincipal | null): void {
  const request = requestOf(req);
  if (!found) request.refusal = unauthenticated('token_invalid', 'This session has ended. Sign in again.');
  else if (!found.is_active) request.refusal = unauthenticated('account_disabled', 'This account is suspended.');
  else request.principal = found.principal;
}

const MAX_TOKENS = 20_000;
/** Ours are some 400 characters; a header may pad one with thousands of blanks. */
const MAX_KEPT = 1000;

/**
 * Headers whose signature was found right, until their tokens run out: checking it anew costs as much as the query of
 * a request. What a token stands for is still asked of its session each time.
 */
class VerifiedTokens {
  readonly #claims = new Map<string, AccessClaims>();

  find(authorization: string): AccessClaims | undefined {
    const claims = this.#claims.get(authorization);
    if (!claims || claims.exp * 1000 > Date.now()) return claims;
    this.#claims.delete(authorization);
    return undefined;
  }

  keep(authorization: string, claims: AccessClaims): void {
    if (authorization.length > MAX_KEPT) return;
    if (this.#claims.size >= MAX_TOKENS) this.#claims.clear();
    this.#claims.set(authorization, claims);
  }
}

/** passport-jwt as a function. Answers the claims of a good token, the refusal of another. */
function createVerifier(keys: Keys): (req: Request) => Promise<AccessClaims | AppError> {
  const strategy = new Strategy(
    {
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      // jsonwebtoken takes the KeyObject as it is; the declared type knows strings and buffers only.
      secretOrKey: keys.access as unknown as Buffer,
      algorithms: ['HS256'],
      issuer: ISSUER,
      audience: AUDIENCE,
    },
    (claims: AccessClaims, done: (error: unknown, user?: AccessClaims | false, info?: unknown) => void) => {
      if (claims.token_type === 'access') done(null, claims);
      else done(null, false, unauthenticated('token_invalid', 'This is not an access token.'));
    },
  );
  // By name, never the strategy itself: passport runs an instance that it is handed as it is, so that two requests at
  // once overwrite one another's callbacks and one is answered as the other's user. A named one is copied each time.
  const authenticator = new Passport();
  authenticator.use('jwt', strategy);
  return (req) =>
    new Promise((resolve, reject) => {
      const finish = (error: unknown, claims: AccessClaims | false, info: unknown) => {
        if (error) reject(error);
        else resolve(claims || explainRefusal(info));
      };
      authenticator.authenticate('jwt', { session: false }, finish)(req, {}, reject);
    });
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

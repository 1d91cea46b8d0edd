import {
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomUUID,
  timingSafeEqual,
} from 'node:crypto';
import jwt from 'jsonwebtoken';

export const ISSUER = 'mycrm';
export const AUDIENCE = 'mycrm-api';
/** Seconds. */
export const ACCESS_LIFETIME = 15 * 60;

export interface AccessClaims {
  sub: string;
  sid: string;
  token_type: 'access';
  iat: number;
  exp: number;
  jti: string;
}

/** Keys derived from SECRET_KEY, one for each use, so that a value made for one is worthless for another. */
export interface Keys {
  /** Verifying with a KeyObject is some thirty times faster on Node 20 than with a string. */
  readonly access: KeyObject;
  readonly refresh: KeyObject;
  readonly cursor: KeyObject;
  readonly panel: KeyObject;
}

export function deriveKeys(secretKey: string): Keys {
  const derive = (use: string) => createSecretKey(Buffer.from(hkdfSync('sha256', secretKey, '', `mycrm/${use}`, 32)));
  return { access: derive('access'), refresh: derive('refresh'), cursor: derive('cursor'), panel: derive('panel') };
}

/** A signed JWT (HS256) for one session, valid for 15 minutes. */
export function issueAccessToken(keys: Keys, userId: string, sessionId: string): string {
  return jwt.sign({ sid: sessionId, token_type: 'access' }, keys.access, {
    algorithm: 'HS256',
    subject: userId,
    issuer: ISSUER,
    audience: AUDIENCE,
    expiresIn: ACCESS_LIFETIME,
    jwtid: randomUUID(),
  });
}

/** The claims of a valid access token. Throws jsonwebtoken's errors, `TokenExpiredError` among them. */
export function verifyAccessToken(keys: Keys, token: string): AccessClaims {
  const claims = jwt.verify(token, keys.access, { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE });
  if (typeof claims === 'string' || claims.token_type !== 'access')
    throw new jwt.JsonWebTokenError('not an access token');
  return claims as unknown as AccessClaims;
}

/**
 * The refresh token of one generation of a session. It is computed, not drawn, so that the tabs of one browser that
 * send the same token at once can all be given the same successor without storing it.
 */
export function makeRefreshToken(keys: Keys, sessionId: string, generation: number): string {
  const body = `${sessionId}.${generation}`;
  return `${body}.${createHmac('sha256', keys.refresh).update(body).digest('base64url')}`;
}

export interface RefreshClaims {
  session_id: string;
  generation: number;
}

/** The session and generation that a refresh token names; `null` when it is not one of ours. */
export function readRefreshToken(keys: Keys, token: string): RefreshClaims | null {
  const [session_id, generation] = token.split('.');
  if (!session_id || !generation || !/^\d{1,9}$/.test(generation)) return null;
  const expected = Buffer.from(makeRefreshToken(keys, session_id, Number(generation)));
  const given = Buffer.from(token);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null;
  return { session_id, generation: Number(generation) };
}

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

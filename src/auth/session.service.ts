import type { Ctx } from '../core/ctx.ts';
import { unauthenticated } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { record } from '../events/record.ts';
import { revoke } from './principal-cache.ts';
import { hashToken, issueAccessToken, type Keys, makeRefreshToken, readRefreshToken } from './tokens.ts';

const SESSION_DAYS = 7;
/** Parallel tabs send the same refresh token at once; within this time the old one still answers. */
const GRACE_SECONDS = 60;

export interface Tokens {
  access: string;
  refresh: string;
}

export type EndReason = 'signed_out' | 'password_changed' | 'suspended' | 'reuse_detected' | 'revoked';

/** Opens a session for a user who has proved who they are. */
export async function startSession(ctx: Ctx, keys: Keys, userId: string): Promise<Tokens & { session_id: string }> {
  const session_id = newId();
  const refresh = makeRefreshToken(keys, session_id, 0);
  await ctx.db.query(
    `INSERT INTO sessions (id, user_id, refresh_hash, device, ip, expires_at)
     VALUES ($1, $2, $3, $4, $5, now() + make_interval(days => $6))`,
    [session_id, userId, hashToken(refresh), ctx.origin.user_agent ?? '', ctx.origin.ip, SESSION_DAYS],
  );
  return { access: issueAccessToken(keys, userId, session_id), refresh, session_id };
}

interface SessionRow {
  id: string;
  user_id: string;
  name: string;
  generation: number;
  is_fresh: boolean;
  is_active: boolean;
}

/**
 * Exchanges a refresh token for new tokens. The previous token answers with the same successor for 60 s; any other
 * use of an old one ends the session.
 * Throws 401 `token_invalid` or `account_disabled`. Answers `reused` rather than throwing, so that the end of the
 * session is committed; the caller refuses.
 */
export async function refreshSession(
  ctx: Ctx,
  keys: Keys,
  token: string,
  isRotating: boolean,
): Promise<Tokens | 'reused'> {
  const claims = readRefreshToken(keys, token);
  if (!claims) throw unauthenticated('token_invalid', 'The refresh token is not valid.');
  const [session] = await ctx.db.query<SessionRow>(
    `SELECT s.id, s.user_id, s.generation, s.rotated_at > now() - make_interval(secs => $2) AS is_fresh,
       u.is_active AND u.deleted_at IS NULL AS is_active, u.email AS name
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id = $1 AND (s.ended_at IS NULL AND s.expires_at > now() OR NOT u.is_active) FOR UPDATE OF s`,
    [claims.session_id, GRACE_SECONDS],
  );
  if (!session) throw unauthenticated('token_invalid', 'This session has ended. Sign in again.');
  if (!session.is_active) throw unauthenticated('account_disabled', 'This account is suspended.');

  const access = issueAccessToken(keys, session.user_id, session.id);
  const isCurrent = claims.generation === session.generation;
  if (isCurrent && !isRotating) {
    await ctx.db.query(
      'UPDATE sessions SET last_seen_at = now(), expires_at = now() + make_interval(days => $2) WHERE id = $1',
      [session.id, SESSION_DAYS],
    );
    return { access, refresh: token };
  }
  if (isCurrent) {
    const refresh = makeRefreshToken(keys, session.id, session.generation + 1);
    await ctx.db.query(
      `UPDATE sessions SET generation = generation + 1, refresh_hash = $2, rotated_at = now(), last_seen_at = now(),
         expires_at = now() + make_interval(days => $3) WHERE id = $1`,
      [session.id, hashToken(refresh), SESSION_DAYS],
    );
    return { access, refresh };
  }
  const isParallel = claims.generation === session.generation - 1 && session.is_fresh;
  if (isParallel) return { access, refresh: makeRefreshToken(keys, session.id, session.generation) };

  await endSessions(ctx, { session_id: session.id }, 'reuse_detected');
  await record(
    ctx,
    'session.reuse_detected',
    { type: 'session', id: session.id },
    {
      actor: { id: session.user_id, name: session.name },
    },
  );
  return 'reused';
}

export interface SessionChoice {
  user_id?: string;
  session_id?: string;
  /** Kept open: the session that asks. */
  except?: string | null;
}

/** Ends sessions at every door: REST, sockets and panel hear of it at the commit. Answers how many were open. */
export async function endSessions(ctx: Ctx, choice: SessionChoice, reason: EndReason): Promise<number> {
  const ended = await ctx.db.query<{ id: string }>(
    `UPDATE sessions SET ended_at = now(), ended_reason = $1
     WHERE ended_at IS NULL AND ($2::uuid IS NULL OR user_id = $2) AND ($3::uuid IS NULL OR id = $3)
       AND ($4::uuid IS NULL OR id <> $4) AND NOT ($2::uuid IS NULL AND $3::uuid IS NULL)
     RETURNING id`,
    [reason, choice.user_id ?? null, choice.session_id ?? null, choice.except ?? null],
  );
  for (const { id } of ended) await revoke(ctx, `session:${id}`);
  return ended.length;
}

import { createHash } from 'node:crypto';
import type { Ctx } from '../core/ctx.ts';
import { AppError, conflict, fieldError } from '../core/errors.ts';
import type { Reply } from './route.ts';

const MAX_KEY_LENGTH = 255;

export interface StoredReply {
  status: number;
  body: unknown;
  headers: Record<string, string>;
}

export interface IdempotentRequest {
  key: string;
  method: string;
  path: string;
  body: unknown;
}

/**
 * Runs `work` once per key, caller and route, inside the caller's transaction: the stored answer and the write are
 * committed together or not at all. A repeat gets the first answer.
 * Throws 422 for the same key with another body and 409 while the first is still running.
 */
export async function runOnce(
  ctx: Ctx,
  request: IdempotentRequest,
  work: () => Promise<StoredReply>,
): Promise<StoredReply> {
  if (request.key.length === 0 || request.key.length > MAX_KEY_LENGTH) {
    throw fieldError('Idempotency-Key', 'invalid', `Give 1 to ${MAX_KEY_LENGTH} characters.`);
  }
  const id = digest([ctx.principal.user_id, request.method, request.path, request.key]);
  const bodyHash = digest(inKeyOrder(request.body ?? null));
  // The lock is the transaction's, so it ends with the first request however that ends.
  const [lock] = await ctx.db.query<{ taken: boolean }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS taken',
    [id],
  );
  if (!lock?.taken) throw conflict('The first request with this Idempotency-Key is still running.');

  const [stored] = await ctx.db.query<StoredReply & { body_hash: string }>(
    `SELECT body_hash, status, body, headers FROM idempotency_keys WHERE id = $1 AND created_at > now() - interval '24 hours'`,
    [id],
  );
  if (stored) {
    if (stored.body_hash !== bodyHash) {
      throw new AppError({
        status: 422,
        code: 'idempotency_mismatch',
        title: 'Idempotency mismatch',
        detail: 'This Idempotency-Key was used with another body.',
      });
    }
    return { status: stored.status, body: stored.body, headers: { ...stored.headers, 'Idempotent-Replayed': 'true' } };
  }
  const reply = await work();
  await ctx.db.query(
    `INSERT INTO idempotency_keys (id, body_hash, status, body, headers) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (id) DO UPDATE SET body_hash = $2, status = $3, body = $4, headers = $5, created_at = now()`,
    [id, bodyHash, reply.status, JSON.stringify(reply.body ?? null), JSON.stringify(reply.headers)],
  );
  return reply;
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

/** Without the order of keys, which says nothing and which some libraries choose anew each time. */
function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]): [string, unknown] => [key, inKeyOrder(inner)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A {@link Reply} or a bare body as what is sent and stored. */
export function toStoredReply(result: Reply | { body: unknown }, status: number): StoredReply {
  const headers = 'headers' in result ? result.headers : {};
  return { status: ('status' in result && result.status) || status, body: result.body, headers };
}

import { createHash } from 'node:crypto';
import { ipKeyGenerator } from 'express-rate-limit';
import { rateLimited } from '../core/errors.ts';
import type { SharedCounters } from '../core/shared-counters.ts';

const MINUTE = 60_000;
const LOCK_AFTER = 5;
const LOCK_MS = 30 * MINUTE;
export const LOCK_SECONDS = LOCK_MS / 1000;
const TRIES_PER_MINUTE = 5;

/** Whose password is tried, and from where. */
export interface Attempt {
  /** The user's id, so that e-mail and username are one account; what was typed where there is no such user. */
  account: string;
  ip: string | null;
}

/**
 * Counts a try and throws 429 where there were too many: five a minute from one address, five addresses a minute for
 * one account, or any while the account is locked for this address. One address alone never shuts an account for
 * the others, so nobody can lock a user out from afar. Counted before the password is looked at: of fifty guesses sent
 * at once five are answered.
 */
export async function admitAttempt(counters: SharedCounters, attempt: Attempt): Promise<void> {
  await refuseLocked(counters, attempt);
  const tries = await counters.countExactly(`login_tries:${digest(attempt)}`, MINUTE);
  const addresses =
    tries.hits === 1 ? await counters.countExactly(`login_addresses:${digest(attempt.account)}`, MINUTE) : null;
  if (tries.hits <= TRIES_PER_MINUTE && (addresses?.hits ?? 0) <= TRIES_PER_MINUTE) return;
  throw rateLimited(secondsUntil(tries.resetsAt), 'Too many sign-ins for this account. Try again in a minute.');
}

/** Throws 429 with the time that is left while the account is locked for this address. */
export async function refuseLocked(counters: SharedCounters, attempt: Attempt): Promise<void> {
  const lock = await counters.readSince(lockKey(attempt));
  if (lock.hits < LOCK_AFTER) return;
  throw rateLimited(
    secondsUntil(lock.resetsAt),
    'Too many failed sign-ins. This account is locked for you for a while.',
  );
}

/** Counts a failure; the fifth locks the account for this address for 30 minutes. Answers whether this one did. */
export async function countFailure(counters: SharedCounters, attempt: Attempt): Promise<boolean> {
  return (await counters.countSince(lockKey(attempt), LOCK_MS)).hits === LOCK_AFTER;
}

export function forgetFailures(counters: SharedCounters, attempt: Attempt): Promise<void> {
  return counters.forget(lockKey(attempt));
}

function lockKey(attempt: Attempt): string {
  return `login_failures:${digest(attempt)}`;
}

// Hashed, because people type passwords into the wrong field and the counters are a table.
function digest(attempt: Attempt | string): string {
  const text = typeof attempt === 'string' ? attempt : `${attempt.account} ${ipKeyGenerator(attempt.ip ?? '0.0.0.0')}`;
  return createHash('sha256').update(text).digest('base64url');
}

function secondsUntil(instant: Date): number {
  return (instant.getTime() - Date.now()) / 1000;
}

import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';
import { fieldError } from '../core/errors.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing at once at most, so that a storm of sign-ins leaves threads for everything else. */
const CONCURRENCY = 2;

export const passwordSchema = z.string().min(8, 'Use at least 8 characters.').max(128, 'Use at most 128 characters.');

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= CONCURRENCY) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, COST));
}

let decoy: Promise<string> | null = null;

/** Takes as long for an unknown account (`null`) as for a known one, so that time does not tell them apart. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  if (stored === null) decoy ??= hashPassword('an account that is not there');
  const against = stored ?? (await decoy) ?? '';
  const matches = await inTurn(() => verify(against, password));
  return matches && stored !== null;
}

/** Throws a 400 for a common password and for one made of the account's own words. Source: ASVS 5.0, 6.2. */
export function refuseWeakPassword(field: string, password: string, account: { email: string; names: string[] }): void {
  const plain = password.toLowerCase();
  if (COMMON_PASSWORDS.has(plain) || /^(.)\1+$/.test(plain)) {
    throw fieldError(field, 'password_common', 'This password is too common.');
  }
  const words = [account.email, account.email.split('@')[0] ?? '', ...account.names].map((word) => word.toLowerCase());
  const core = plain.replace(/[^\p{L}]+/gu, '');
  if (words.some((word) => word.length >= 4 && (plain === word || core === word.replace(/[^\p{L}]+/gu, '')))) {
    throw fieldError(field, 'password_similar', 'This password is too much like the account.');
  }
}

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

function isHash(stored: string | null): stored is string {
  return stored?.startsWith('$argon2id$') === true;
}

/**
 * Takes as long for an unknown account (`null`), or one without a password, as for a known one, so that time does not
 * tell them apart.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  if (!isHash(stored)) decoy ??= hashPassword('an account that is not there');
  const against = isHash(stored) ? stored : await decoy;
  const matches = await inTurn(() => verify(against ?? '', password));
  return matches && isHash(stored);
}

/** Letters that must be left of a password when the account's own words are taken out of it. */
const OWN_LETTERS = 4;

/** Throws a 400 for a common password and for one made of the account's own words. Source: ASVS 5.0, 6.2. */
export function refuseWeakPassword(field: string, password: string, account: { email: string; names: string[] }): void {
  const plain = password.normalize('NFKC').toLowerCase();
  const bare = plain.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
  if (COMMON_PASSWORDS.has(plain) || COMMON_PASSWORDS.has(bare) || /^(.)\1+$/su.test(plain)) {
    throw fieldError(field, 'password_common', 'This password is too common.');
  }
  const words = [account.email, ...account.names].flatMap((text) => text.toLowerCase().split(/[^\p{L}]+/u));
  let left = plain;
  for (const word of words) if (word.length >= 3) left = left.replaceAll(word, '');
  const letters = left.replace(/[^\p{L}]+/gu, '').length;
  if (left !== plain && letters < OWN_LETTERS) {
    throw fieldError(field, 'password_similar', 'This password is too much like the account.');
  }
}

import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';
import { fieldError } from '../core/errors.ts';
import { COMMON_PASSWORDS } from './common-passwords.ts';

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. The library's default algorithm is argon2id. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing at once at most, so that a storm of sign-ins leaves threads for everything else. */
const CONCURRENCY = 2;

/** A half of a surrogate pair is hashed as U+FFFD, like every other half. */
const LONE_SURROGATE = /[\uD800-\uDFFF]/u;

export const passwordSchema = z
  .string()
  .min(8, 'Use at least 8 characters.')
  .max(128, 'Use at most 128 characters.')
  .refine((password) => !LONE_SURROGATE.test(password), 'Contains a character that is only half there.');

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
  const words = wordsOf(account);
  // With the signs between them and without: k8r5-t2w9 is k8r5t2w9.
  for (const text of [plain, plain.replace(/[^\p{L}\p{N}]+/gu, '')]) {
    const left = words.reduce((rest, word) => rest.replaceAll(word, ''), text);
    const letters = left.replace(/[^\p{L}]+/gu, '').length;
    if (left !== text && letters < OWN_LETTERS) {
      throw fieldError(field, 'password_similar', 'This password is too much like the account.');
    }
  }
}

/** The account's words, the longest first: letters alone, letters with the digits among them, and a whole local part. */
function wordsOf({ email, names }: { email: string; names: string[] }): string[] {
  const local = email.slice(0, email.lastIndexOf('@'));
  const texts = [email, ...names].map((text) => text.normalize('NFKC').toLowerCase());
  const words = texts.flatMap((text) => [...text.split(/[^\p{L}]+/u), ...text.split(/[^\p{L}\p{N}]+/u)]);
  words.push(local.toLowerCase(), local.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ''));
  return words.filter((word) => word.length >= (/\p{L}/u.test(word) ? 3 : 6)).sort((a, b) => b.length - a.length);
}

import type { Request, Response } from 'express';
import { ipKeyGenerator, type RateLimitInfo, rateLimit, type Store } from 'express-rate-limit';
import { rateLimited } from '../core/errors.ts';
import type { SharedCounters } from '../core/shared-counters.ts';
import { requestOf } from './request.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

interface LimitFacts {
  limit: number;
  windowMs: number;
  key: 'caller' | 'address';
  /** Login limits are a defence, so no scale loosens them and every hit is counted in the database at once. */
  isExact?: boolean;
}

/** LIST of the rate limits. */
const LIMITS = {
  general: { limit: 60, windowMs: MINUTE, key: 'caller' },
  general_sustained: { limit: 1000, windowMs: HOUR, key: 'caller' },
  anonymous: { limit: 20, windowMs: MINUTE, key: 'address' },
  anonymous_sustained: { limit: 100, windowMs: HOUR, key: 'address' },
  search: { limit: 120, windowMs: MINUTE, key: 'caller' },
  bulk: { limit: 60, windowMs: MINUTE, key: 'caller' },
  login: { limit: 5, windowMs: MINUTE, key: 'address', isExact: true },
} satisfies Record<string, LimitFacts>;

export type LimitName = 'bulk' | 'login' | 'search';

/** Counts a request. Rejects with a 429 when it is one too many. */
export type Limit = (req: Request, res: Response) => Promise<void>;
export type Limits = Record<keyof typeof LIMITS, Limit>;

/** One function for each limit. `scale` multiplies all but the login limit. */
export function createLimits(counters: SharedCounters, scale: number): Limits {
  const entries = Object.entries(LIMITS as Record<string, LimitFacts>).map(([name, facts]) => {
    const limit = facts.isExact ? facts.limit : Math.ceil(facts.limit * scale);
    return [name, createLimit(counters, name, { ...facts, limit })];
  });
  return Object.fromEntries(entries) as Limits;
}

const EXCESS = Symbol('excess');

function createLimit(counters: SharedCounters, name: string, facts: LimitFacts): Limit {
  const seconds = facts.windowMs / 1000;
  const policy = `"${name}"; q=${facts.limit}; w=${seconds}`;
  const handle = rateLimit({
    windowMs: facts.windowMs,
    limit: facts.limit,
    // Its own fields hash the caller's key for each request; ours are written with the answer.
    standardHeaders: false,
    legacyHeaders: false,
    store: createStore(counters, name, facts),
    keyGenerator: facts.key === 'caller' ? callerKey : addressKey,
    validate: false,
    handler: (_req, _res, next) => next(EXCESS),
  });
  return async (req, res) => {
    let outcome: unknown;
    await handle(req, res, (result) => {
      outcome = result;
    });
    if (outcome !== undefined && outcome !== EXCESS) throw outcome;
    const { remaining, resetTime } = (req as Request & { rateLimit: RateLimitInfo }).rateLimit;
    const wait = resetTime ? Math.max(0, Math.ceil((resetTime.getTime() - Date.now()) / 1000)) : seconds;
    // Source: draft-ietf-httpapi-ratelimit-headers-08.
    requestOf(req).limits.push({ policy, state: `"${name}"; r=${remaining}; t=${wait}` });
    if (outcome === EXCESS) {
      throw rateLimited(wait, `Too many requests: at most ${facts.limit} in ${seconds} s. Try again later.`);
    }
  };
}

function callerKey(req: Request): string {
  return requestOf(req).principal.user_id ?? addressKey(req);
}

/** IPv6 callers are counted by /56, the block that one subscriber gets. */
export function addressKey(req: Pick<Request, 'ip'>): string {
  return ipKeyGenerator(req.ip ?? '0.0.0.0');
}

function createStore(counters: SharedCounters, name: string, facts: LimitFacts): Store {
  return {
    localKeys: false,
    increment: async (key) => {
      const full = `${name}:${key}`;
      const count = facts.isExact
        ? await counters.countExactly(full, facts.windowMs)
        : counters.count(full, facts.windowMs);
      return { totalHits: count.hits, resetTime: count.resetsAt };
    },
    decrement: async () => undefined,
    resetKey: (key) => counters.forget(`${name}:${key}`),
  };
}

import type { Request, RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit, type Store } from 'express-rate-limit';
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
  bulk: { limit: 60, windowMs: MINUTE, key: 'caller' },
  login: { limit: 5, windowMs: MINUTE, key: 'address', isExact: true },
} satisfies Record<string, LimitFacts>;

export type LimitName = 'bulk' | 'login';
export type Limits = Record<keyof typeof LIMITS, RequestHandler>;

/** One handler for each limit. `scale` multiplies all but the login limit. */
export function createLimits(counters: SharedCounters, scale: number): Limits {
  const entries = Object.entries(LIMITS as Record<string, LimitFacts>).map(([name, facts]) => {
    const limit = facts.isExact ? facts.limit : Math.ceil(facts.limit * scale);
    const handler = rateLimit({
      windowMs: facts.windowMs,
      limit,
      identifier: name,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      store: createStore(counters, name, facts),
      keyGenerator: facts.key === 'caller' ? callerKey : addressKey,
      validate: false,
      handler: (_req, res, next) => {
        const resetsAt = (res.req as Request & { rateLimit?: { resetTime?: Date } }).rateLimit?.resetTime;
        const wait = resetsAt ? (resetsAt.getTime() - Date.now()) / 1000 : facts.windowMs / 1000;
        next(rateLimited(wait, `Too many requests: at most ${limit} in ${facts.windowMs / 1000} s. Try again later.`));
      },
    });
    return [name, handler];
  });
  return Object.fromEntries(entries) as Limits;
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

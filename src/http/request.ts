import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import { ANONYMOUS, type Origin, type Principal } from '../core/ctx.ts';
import type { AppError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';

/** What one request knows of itself beside what Express keeps. */
export interface RequestFacts {
  id: string;
  logger: Logger;
  principal: Principal;
  /** Why the caller's token was not taken; thrown where the route needs one. */
  refusal: AppError | null;
  /** The template of the matched route, for metrics and logs. */
  template: string;
}

const facts = new WeakMap<Request, RequestFacts>();
const REQUEST_ID = /^[\w.-]{1,64}$/;

/** Gives each request an id: the caller's `X-Request-Id` where it is a plain word, a new one otherwise. */
export function identifyRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    const given = req.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    facts.set(req, { id, logger, principal: ANONYMOUS, refusal: null, template: 'unmatched' });
    res.setHeader('X-Request-Id', id);
    next();
  };
}

export function requestOf(req: Request): RequestFacts {
  const known = facts.get(req);
  if (!known) throw new Error('identifyRequests must come first');
  return known;
}

/** The absolute address that was asked for. A proxy may send it whole as the request's target. */
export function addressOf(req: Request): string {
  const target = req.originalUrl.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '');
  return `${req.protocol}://${req.host}${target}`;
}

/** The caller's address; `null` where a proxy wrote something else into X-Forwarded-For. A zone is of no use here. */
function callerOf(req: Request): string | null {
  const ip = req.ip?.replace(/%.*$/, '') ?? '';
  return isIP(ip) ? ip : null;
}

export function originOf(req: Request): Origin {
  return {
    request_id: requestOf(req).id,
    ip: callerOf(req),
    user_agent: req.headers['user-agent']?.slice(0, 500) ?? null,
    caused_by: null,
  };
}

import { randomUUID } from 'node:crypto';
import { isIP } from 'node:net';
import type { Request, RequestHandler, Response } from 'express';
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
  /** The limits that counted this request, for the fields of its answer. */
  limits: CountedLimit[];
}

export interface CountedLimit {
  policy: string;
  state: string;
}

/** Told of each answer once it is out. */
export type Observer = (req: Request, res: Response, milliseconds: number) => void;

const FACTS = Symbol('facts');
const REQUEST_ID = /^[\w.-]{1,64}$/;

/**
 * Gives each request an id, the caller's `X-Request-Id` where it is a plain word and a new one otherwise, and shows
 * its end to the observers.
 */
export function receiveRequests(logger: Logger, observers: readonly Observer[]): RequestHandler {
  return (req, res, next) => {
    const start = performance.now();
    const given = req.headers['x-request-id'];
    const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    const facts: RequestFacts = {
      id,
      logger,
      principal: ANONYMOUS,
      refusal: null,
      template: 'unmatched',
      limits: [],
    };
    (req as { [FACTS]?: RequestFacts })[FACTS] = facts;
    res.on('finish', () => {
      const milliseconds = performance.now() - start;
      for (const observe of observers) observe(req, res, milliseconds);
    });
    next();
  };
}

export function requestOf(req: Request): RequestFacts {
  const known = (req as { [FACTS]?: RequestFacts })[FACTS];
  if (!known) throw new Error('receiveRequests must come first');
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

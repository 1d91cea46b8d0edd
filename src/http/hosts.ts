import type { RequestHandler } from 'express';
import { badRequest } from '../core/errors.ts';

/** Refuses requests that name a host which is none, or not one of ours where a list of ours is given. */
export function refuseForeignHosts(allowed: readonly string[]): RequestHandler {
  const names = new Set(allowed.map((host) => host.toLowerCase()));
  return (req, _res, next) => {
    const host = (req.headers.host ?? '').toLowerCase().replace(/:\d+$/, '');
    // Links are made from it, and what a proxy passes on counts as well.
    const isHost = URL.canParse(`http://${req.host}/`);
    if (isHost && (names.size === 0 || names.has(host))) return next();
    throw badRequest('host_not_allowed', 'This host name is not served here.');
  };
}

import type { RequestHandler } from 'express';
import { badRequest } from '../core/errors.ts';

/** Hosts that were found to be some, of which a server hears few and an attacker can send many. */
const MAX_KNOWN = 100;

/** Refuses requests that name a host which is none, or not one of ours where a list of ours is given. */
export function refuseForeignHosts(allowed: readonly string[]): RequestHandler {
  const names = new Set(allowed.map((host) => host.toLowerCase()));
  const known = new Set<string>();
  return (req, _res, next) => {
    const given = req.headers.host ?? '';
    // Links are made from what a proxy passes on as well.
    const linked = req.host ?? '';
    const pair = `${given} ${linked}`;
    if (known.has(pair)) return next();
    const name = given.toLowerCase().replace(/:\d+$/, '');
    const isHost = URL.canParse(`http://${linked}/`);
    if (!isHost || (names.size > 0 && !names.has(name))) {
      throw badRequest('host_not_allowed', 'This host name is not served here.');
    }
    if (known.size < MAX_KNOWN) known.add(pair);
    next();
  };
}

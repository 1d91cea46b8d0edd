import type { Logger } from '../core/logger.ts';
import { type Observer, requestOf } from './request.ts';

/** One line for each answer: the path without its query, which may carry what no log should hold. */
export function logRequests(logger: Logger): Observer {
  return (req, res, milliseconds) => {
    if (!logger.isLevelEnabled('info')) return;
    const { id, principal } = requestOf(req);
    const [path] = req.originalUrl.split('?', 1);
    const ms = Math.round(milliseconds * 10) / 10;
    const { user_id } = principal;
    logger.info({ request_id: id, method: req.method, path, status: res.statusCode, ms, user_id }, 'request');
  };
}

import type { RequestHandler } from 'express';
import type { Logger } from '../core/logger.ts';
import { requestOf } from './request.ts';

/** One line for each answer: the path without its query, which may carry what no log should hold. */
export function logRequests(logger: Logger): RequestHandler {
  return (req, res, next) => {
    if (!logger.isLevelEnabled('info')) return next();
    const start = performance.now();
    const path = req.path;
    res.on('finish', () => {
      const { id, principal } = requestOf(req);
      const ms = Math.round((performance.now() - start) * 10) / 10;
      logger.info(
        { request_id: id, method: req.method, path, status: res.statusCode, ms, user_id: principal.user_id },
        'request',
      );
    });
    next();
  };
}

import type { ErrorRequestHandler, Request, Response } from 'express';
import { ZodError } from 'zod';
import { AppError, badRequest, conflict, duplicate, fieldError, unavailable, validationError } from '../core/errors.ts';
import { writeAnswer } from './answer.ts';
import { malformedBody } from './parse.ts';
import { requestOf } from './request.ts';

/** Turns whatever was thrown into RFC 9457. Only what is ours to mend is a 500, and that says nothing but its id. */
export const errorHandler: ErrorRequestHandler = (error, req, res, next) => {
  if (res.headersSent) {
    next(error);
    return;
  }
  sendProblem(req, res, explainError(error));
};

function sendProblem(req: Request, res: Response, known: AppError | { unknown: unknown }): void {
  const { id, logger } = requestOf(req);
  const type = { 'Content-Type': 'application/problem+json' };
  if (known instanceof AppError) {
    if (known.status >= 500) logger.warn({ request_id: id, code: known.code }, known.message);
    writeAnswer(req, res, known.status, { ...known.headers, ...type }, JSON.stringify(problemBody(known, id)));
    return;
  }
  logger.error({ err: known.unknown, request_id: id }, 'request failed');
  const body = {
    type: '/problems/internal',
    title: 'Internal error',
    status: 500,
    code: 'internal',
    detail: 'Something went wrong on our side.',
    request_id: id,
  };
  writeAnswer(req, res, 500, type, JSON.stringify(body));
}

/** The body of a problem answer. */
export function problemBody(error: AppError, requestId: string | null): Record<string, unknown> {
  return {
    type: `/problems/${error.code}`,
    title: error.title,
    status: error.status,
    code: error.code,
    detail: error.message,
    request_id: requestId,
    ...(error.errors ? { errors: error.errors } : {}),
    ...error.extra,
  };
}

/** The {@link AppError} that an error means to a client, or the error itself when it means nothing to one. */
export function explainError(error: unknown): AppError | { unknown: unknown } {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) {
    return validationError(
      error.issues.map((issue) => ({ field: issue.path.join('.'), code: issue.code, message: issue.message })),
    );
  }
  if (!(error instanceof Error)) return { unknown: error };
  return explainBodyError(error) ?? explainDatabaseError(error) ?? { unknown: error };
}

/** Errors of Express and its body parser carry `type` and `status`. */
function explainBodyError(error: Error & { type?: string; status?: number }): AppError | null {
  switch (error.type) {
    case 'entity.parse.failed':
      return malformedBody('The body is not valid JSON.');
    case 'entity.too.large':
      return new AppError({ status: 413, code: 'too_large', title: 'Too large', detail: 'The body is too large.' });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new AppError({
        status: 415,
        code: 'unsupported_media_type',
        title: 'Unsupported media type',
        detail: error.message,
      });
    case 'request.aborted':
    case 'request.size.invalid':
      return badRequest('bad_request', 'The body did not arrive whole.');
  }
  if (error instanceof URIError) return badRequest('bad_request', 'The path is not valid percent-encoding.');
  if (error.status !== undefined && error.status >= 400 && error.status < 500) {
    return badRequest('bad_request', error.message);
  }
  return null;
}

const CONNECTION_LOST = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03', '53300', '57014']);

/** PostgreSQL's own refusals, for what validation could not see. Source: appendix A of its manual. */
function explainDatabaseError(error: Error & DatabaseErrorFields): AppError | null {
  const cause = 'driverError' in error ? (error.driverError as Error & DatabaseErrorFields) : error;
  const code = cause.code ?? '';
  if (
    CONNECTION_LOST.has(code) ||
    code.startsWith('08') ||
    /timeout exceeded when trying to connect|Connection terminated/.test(cause.message)
  ) {
    return unavailable('The database does not answer at the moment.');
  }
  switch (code) {
    case '23505':
      return duplicate(columnOf(cause), 'There is such a row already.');
    case '23503':
      return /is still referenced/.test(cause.detail ?? '')
        ? conflict('Other rows still refer to this one.')
        : fieldError(columnOf(cause), 'not_found', 'No such row.');
    case '23502':
      return fieldError(cause.column ?? '', 'required', 'This field is required.');
    case '40001':
    case '40P01':
      return conflict('Somebody changed the same rows at the same moment. Try again.');
  }
  // Class 22 is data that does not fit its type, 23514 a check that it fails.
  if (code.startsWith('22') || code === '23514') {
    return badRequest('validation', 'A value does not fit its field.');
  }
  return null;
}

interface DatabaseErrorFields {
  code?: string;
  detail?: string;
  column?: string;
  driverError?: unknown;
}

/** `Key (lower(email::text))=(…)` names the column. */
function columnOf(error: DatabaseErrorFields): string {
  const key = /^Key \((.+?)\)=/.exec(error.detail ?? '')?.[1] ?? '';
  return /^lower\(+(\w+)/.exec(key)?.[1] ?? key;
}

/** One fault of one input field, as it stands in the `errors` list of a problem answer. */
export interface FieldError {
  field: string;
  code: string;
  message: string;
}

export interface AppErrorOptions {
  status: number;
  code: string;
  title: string;
  detail: string;
  errors?: FieldError[];
  headers?: Record<string, string>;
  /** Members beside the standard ones, for example `existing_id` of a duplicate. */
  extra?: Record<string, unknown>;
}

/** The only error that reaches a client as written; anything else becomes a bare 500. Source: RFC 9457. */
export class AppError extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly errors: FieldError[] | undefined;
  readonly headers: Record<string, string>;
  readonly extra: Record<string, unknown>;

  constructor(options: AppErrorOptions) {
    super(options.detail);
    this.status = options.status;
    this.code = options.code;
    this.title = options.title;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.extra = options.extra ?? {};
  }
}

/** 400 that names every faulty field; `detail` is the first of them as a sentence. */
export function validationError(errors: FieldError[]): AppError {
  const first = errors[0];
  const detail = first ? (first.field ? `${first.field}: ${first.message}` : first.message) : 'The input is not valid.';
  return new AppError({ status: 400, code: 'validation', title: 'Validation failed', detail, errors });
}

export function fieldError(field: string, code: string, message: string): AppError {
  return validationError([{ field, code, message }]);
}

export function badRequest(code: string, detail: string): AppError {
  return new AppError({ status: 400, code, title: 'Bad request', detail });
}

export type AuthenticationCode = 'not_authenticated' | 'token_invalid' | 'token_expired' | 'account_disabled';

export function unauthenticated(code: AuthenticationCode, detail: string, more: Record<string, string> = {}): AppError {
  const headers = { 'WWW-Authenticate': 'Bearer realm="api"', ...more };
  return new AppError({ status: 401, code, title: 'Not authenticated', detail, headers });
}

export function permissionDenied(permission: string, detail?: string): AppError {
  return new AppError({
    status: 403,
    code: 'permission_denied',
    title: 'Permission denied',
    detail: detail ?? `This needs the permission ${permission}.`,
    extra: { permission },
  });
}

/** 404 for a row that is absent or out of the caller's scope: the two are not told apart. */
export function notFound(noun: string): AppError {
  return new AppError({
    status: 404,
    code: 'not_found',
    title: 'Not found',
    detail: `No such ${noun.replaceAll('_', ' ')}.`,
  });
}

export function conflict(detail: string, extra: Record<string, unknown> = {}): AppError {
  return new AppError({ status: 409, code: 'conflict', title: 'Conflict', detail, extra });
}

/** 409; `existing_id` is given only when the caller may read that row. */
export function duplicate(field: string, message: string, existingId?: string): AppError {
  return new AppError({
    status: 409,
    code: 'duplicate',
    title: 'Duplicate',
    detail: `${field}: ${message}`,
    errors: [{ field, code: 'duplicate', message }],
    extra: existingId ? { existing_id: existingId } : {},
  });
}

export function versionMismatch(fields: string[], current: unknown): AppError {
  return new AppError({
    status: 412,
    code: 'version_mismatch',
    title: 'Version mismatch',
    detail: fields.length
      ? `Changed by somebody else meanwhile: ${fields.join(', ')}.`
      : 'The row was changed by somebody else meanwhile.',
    errors: fields.map((field) => ({
      field,
      code: 'version_mismatch',
      message: 'Changed by somebody else meanwhile.',
    })),
    extra: { current },
  });
}

export function rateLimited(retryAfterSeconds: number, detail: string): AppError {
  const headers = { 'Retry-After': String(Math.max(1, Math.ceil(retryAfterSeconds))) };
  return new AppError({ status: 429, code: 'rate_limited', title: 'Too many requests', detail, headers });
}

export function unavailable(detail: string): AppError {
  const headers = { 'Retry-After': '2' };
  return new AppError({ status: 503, code: 'unavailable', title: 'Service unavailable', detail, headers });
}

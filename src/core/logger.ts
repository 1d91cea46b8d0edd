import { pino } from 'pino';

/** Keys whose values never reach a log line, at any depth that pino can address. */
const SECRET_KEYS = [
  'password',
  'new_password',
  'current_password',
  'token',
  'access',
  'refresh',
  'authorization',
  'cookie',
  'secret',
  'secret_key',
  'password_hash',
  'refresh_hash',
  'DATABASE_URL',
  'SECRET_KEY',
];

export type Logger = pino.Logger;

/** JSON lines on stdout, or in `destination`. Secrets are replaced by `[redacted]`. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: SECRET_KEYS.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[redacted]' },
    serializers: { err: describeError },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Keeps message and stack; drops the query parameters and row details that PostgreSQL errors carry. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error ? error.code : undefined;
  return { type: error.name, message: error.message, code, stack: error.stack };
}

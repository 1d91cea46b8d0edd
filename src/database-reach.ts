import { withSqlState } from './core/connection-errors.ts';

/** An error for the person who set DATABASE_URL: what was tried, what came of it, what to do. Never the password. */
export function explainUnreachable(url: string, error: unknown): Error {
  const { host, pathname, username } = new URL(url);
  const database = decodeURIComponent(pathname.slice(1));
  const where = `PostgreSQL at ${host || 'localhost'} (database ${database || 'of the same name'}, user ${username})`;
  return new Error(`DATABASE_URL: ${where} ${findRemedy(error)}`, { cause: error });
}

function findRemedy(error: unknown): string {
  const { code } = withSqlState(error) as { code?: string };
  const reason = describe(error);
  switch (code) {
    case '28P01':
    case '28000':
      return `refuses to let us in (${reason}). Correct user and password.`;
    case '3D000':
      return `has no such database (${reason}). Create it, or correct the name.`;
    case '53300':
      return `takes no more connections (${reason}). Lower DATABASE_POOL_SIZE or raise its max_connections.`;
  }
  const own = 'outside production, MyCRM runs one of its own when it is unset';
  return `cannot be reached (${reason}). Start it, or correct DATABASE_URL; ${own}.`;
}

/** A refused connection is several errors, one for each address of the host, and has no message of its own. */
function describe(error: unknown): string {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  return errors.map((each) => (each instanceof Error ? each.message : String(each))).join('; ');
}

/** Of the network; `pg` hands them on as they are. */
const NETWORK = new Set(
  'ECONNREFUSED ECONNRESET EPIPE ETIMEDOUT EHOSTUNREACH ENETUNREACH ENOTFOUND EAI_AGAIN'.split(' '),
);

/** What `pg` says, without any code, when a connection ends under a query or is used after its end. */
const BY_PG =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired)/;

/** SQLSTATE connection_failure. Source: appendix A of PostgreSQL's manual. */
const CONNECTION_FAILURE = '08006';

/**
 * Gives an error of a lost connection the SQLSTATE that means one, whichever of `pg`'s many forms it has; an error of
 * PostgreSQL itself has its own. Answers the same error.
 */
export function withSqlState(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const known = error as Error & { code?: string };
  const isLost = known.code === undefined ? BY_PG.test(known.message) : NETWORK.has(known.code);
  if (isLost) known.code = CONNECTION_FAILURE;
  return known;
}

import { createHash } from 'node:crypto';
import type pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { parseColumn } from './column-parsers.ts';
import { withSqlState } from './connection-errors.ts';

/** A statement. A `name` makes it a prepared statement of the connection; it must be unique to `text`. */
export interface Statement {
  name?: string;
  text: string;
  values?: readonly unknown[];
}

export type Row = Record<string, unknown>;

/** Runs SQL, either on any connection of the pool or inside one transaction. */
export interface Connection {
  query<R extends object = Row>(statement: Statement | string, values?: readonly unknown[]): Promise<R[]>;
}

export interface Database extends Connection {
  readonly dataSource: DataSource;
  readonly pool: pg.Pool;
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  url: string;
  entities: DataSourceOptions['entities'];
  migrations: DataSourceOptions['migrations'];
  /** Connections at most. */
  poolSize: number;
  applicationName: string;
  onIdleError: (error: Error) => void;
}

/** Connects. Rejects when the server cannot be reached. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: options.url,
    entities: options.entities,
    migrations: options.migrations,
    migrationsTableName: 'migrations',
    synchronize: false,
    logging: false,
    poolSize: options.poolSize,
    applicationName: options.applicationName,
    poolErrorHandler: options.onIdleError,
    extra: {
      types: { getTypeParser: parseColumn },
      options: '-c timezone=UTC -c jit=off',
      connectionTimeoutMillis: 10_000,
      keepAlive: true,
      onConnect: keepErrorsFromProcess,
    },
  });
  await dataSource.initialize();
  const pool = (dataSource.driver as unknown as { master: pg.Pool }).master;

  return {
    dataSource,
    pool,
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) => inTransaction(pool, work),
    close: () => dataSource.destroy(),
  };
}

/**
 * A pool hears of the end of its idle connections only. One that is checked out, between two statements of a transaction
 * for example, would end the process; whoever holds it learns of the loss from the next statement.
 */
export function keepErrorsFromProcess(client: pg.ClientBase): void {
  client.on('error', () => undefined);
}

type Runner = Pick<pg.ClientBase, 'query'>;

async function run<R extends object>(runner: Runner, statement: Statement | string, values?: readonly unknown[]) {
  const query = typeof statement === 'string' ? { text: statement, values } : statement;
  try {
    const result = await runner.query(query as pg.QueryConfig);
    return result.rows as R[];
  } catch (error) {
    throw withSqlState(error);
  }
}

async function inTransaction<T>(pool: pg.Pool, work: (connection: Connection) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error) => {
    throw withSqlState(error);
  });
  let failure: Error | undefined;
  try {
    await client.query('BEGIN');
    const result = await work({ query: (statement, values) => run(client, statement, values) });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that cannot even roll back is not given to the next one.
    await client.query('ROLLBACK').catch((cause: Error) => {
      failure = cause;
    });
    throw withSqlState(error);
  } finally {
    client.release(failure);
  }
}

let savepointCount = 0;

/** Runs `work` so that its failure undoes only its own writes and leaves the transaction usable. */
export async function inSavepoint<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  savepointCount += 1;
  const name = `sp_${savepointCount}`;
  await connection.query(`SAVEPOINT ${name}`);
  try {
    const result = await work();
    await connection.query(`RELEASE SAVEPOINT ${name}`);
    return result;
  } catch (error) {
    await connection.query(`ROLLBACK TO SAVEPOINT ${name}`);
    throw error;
  }
}

// A client chooses which filters it combines, so the number of query shapes is not bounded by us; each prepared
// statement costs memory in every connection of the server.
const MAX_PREPARED = 500;
const preparedNames = new Map<string, string>();

/** Makes `text` a prepared statement while there is room for one, a plain one otherwise. */
export function prepared(text: string, values: readonly unknown[]): Statement {
  let name = preparedNames.get(text);
  if (!name) {
    if (preparedNames.size >= MAX_PREPARED) return { text, values };
    name = createHash('sha1').update(text).digest('base64url');
    preparedNames.set(text, name);
  }
  return { name, text, values };
}

import type { Database } from './database.ts';

// Any number will do, as long as every process uses the same.
const MIGRATION_LOCK = 4_862_017_331;

/**
 * Runs pending migrations, one process at a time: the others wait for the advisory lock and find nothing to do.
 * Returns the names of those that ran.
 */
export async function migrate(database: Database): Promise<string[]> {
  const client = await database.pool.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const ran = await database.dataSource.runMigrations({ transaction: 'each' });
    return ran.map((migration) => migration.name);
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    client.release();
  }
}

/** Names of the migrations that this build has and the database lacks. */
export async function pendingMigrations(database: Database): Promise<string[]> {
  const known = database.dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name);
  const [table] = await database.query<{ name: string | null }>("SELECT to_regclass('migrations')::text AS name");
  if (!table?.name) return known;
  const done = await database.query<{ name: string }>('SELECT name FROM migrations');
  const names = new Set(done.map((row) => row.name));
  return known.filter((name) => !names.has(name));
}

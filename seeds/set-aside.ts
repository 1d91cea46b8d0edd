import type { Connection } from '../src/core/database.ts';

interface Part {
  name: string;
  definition: string;
}

/**
 * Runs `work`, which adds very many rows to `table`, without the row triggers, foreign keys and secondary indexes of that
 * table, and makes them again: keeping them up to date row by row takes three times as long as all of the rest. To be
 * called in a transaction, so that none of them is ever lost; others wait for the table until that ends.
 */
export async function withConstraintsAside<T>(db: Connection, table: string, work: () => Promise<T>): Promise<T> {
  await db.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
  const indexes = await db.query<Part>(
    `SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition
     FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
     WHERE i.indrelid = $1::regclass AND NOT i.indisunique ORDER BY c.relname`,
    [table],
  );
  const foreignKeys = await db.query<Part>(
    `SELECT conname AS name, pg_get_constraintdef(oid) AS definition FROM pg_constraint
     WHERE conrelid = $1::regclass AND contype = 'f' ORDER BY conname`,
    [table],
  );
  const triggers = await db.query<{ name: string }>(
    // Those of rows; what a whole statement changed is told as cheaply as it is.
    'SELECT tgname AS name FROM pg_trigger WHERE tgrelid = $1::regclass AND NOT tgisinternal AND tgtype & 1 = 1',
    [table],
  );
  for (const { name } of triggers) await db.query(`ALTER TABLE ${table} DISABLE TRIGGER ${name}`);
  for (const { name } of foreignKeys) await db.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  for (const { name } of indexes) await db.query(`DROP INDEX ${name}`);

  const result = await work();

  await db.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const { definition } of indexes) await db.query(definition);
  await db.query(`ANALYZE ${table}`);
  for (const { name, definition } of foreignKeys) {
    await db.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  }
  for (const { name } of triggers) await db.query(`ALTER TABLE ${table} ENABLE TRIGGER ${name}`);
  return result;
}

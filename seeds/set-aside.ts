import type { Connection } from '../src/core/database.ts';

interface Part {
  name: string;
  definition: string;
}

/**
 * Runs `work`, which adds very many rows to `table`, without the triggers, foreign keys and secondary indexes of that
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
  await db.query(`ALTER TABLE ${table} DISABLE TRIGGER USER`);
  for (const { name } of foreignKeys) await db.query(`ALTER TABLE ${table} DROP CONSTRAINT ${name}`);
  for (const { name } of indexes) await db.query(`DROP INDEX ${name}`);

  const result = await work();

  await db.query("SET LOCAL maintenance_work_mem = '256MB'");
  for (const { definition } of indexes) await db.query(definition);
  await db.query(`ANALYZE ${table}`);
  for (const { name, definition } of foreignKeys) {
    await db.query(`ALTER TABLE ${table} ADD CONSTRAINT ${name} ${definition}`);
  }
  await db.query(`ALTER TABLE ${table} ENABLE TRIGGER USER`);
  return result;
}

import type { Database } from '../src/core/database.ts';

interface StoredColumn {
  table: string;
  name: string;
  type: string;
  is_nullable: boolean;
}

/**
 * Columns in which the entities and the migrated tables differ, a sentence each. TypeORM's own comparison is of no use:
 * it fails on generated columns that a migration wrote, and wants to drop every index that no entity names. Search
 * vectors are left out, as the database alone makes and reads them; indexes and constraints are the migrations' own.
 */
export async function findSchemaDifferences(database: Database): Promise<string[]> {
  const { entityMetadatas, driver } = database.dataSource;
  const stored = await database.query<StoredColumn>(
    `SELECT c.relname AS table, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       NOT a.attnotnull AS is_nullable
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY($1)
       AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid <> 'tsvector'::regtype
     ORDER BY c.relname, a.attnum`,
    [entityMetadatas.map((entity) => entity.tableName)],
  );
  const missing = new Map(stored.map((column) => [`${column.table}.${column.name}`, column]));
  const differences: string[] = [];
  for (const entity of entityMetadatas) {
    for (const column of entity.columns) {
      const place = `${entity.tableName}.${column.databaseName}`;
      const found = missing.get(place);
      missing.delete(place);
      if (!found) {
        differences.push(`${place}: the entity has it, the table does not.`);
        continue;
      }
      const type = driver
        .createFullType({ ...column, name: column.databaseName, type: driver.normalizeType(column) } as never)
        .toLowerCase()
        .replace(/ array$/, '[]');
      if (type !== found.type) differences.push(`${place}: ${type} in the entity, ${found.type} in the table.`);
      if (column.isNullable !== found.is_nullable) {
        differences.push(
          `${place}: ${nullable(column.isNullable)} in the entity, ${nullable(found.is_nullable)} in the table.`,
        );
      }
    }
  }
  return [...differences, ...[...missing.keys()].map((place) => `${place}: the table has it, the entity does not.`)];
}

function nullable(isNullable: boolean): string {
  return isNullable ? 'nullable' : 'not null';
}

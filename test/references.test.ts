import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { companyResource } from '../src/companies/company.resource.ts';
import { contactResource } from '../src/contacts/contact.resource.ts';
import { HISTORICAL, referencesTo } from '../src/references.ts';
import { openTestApp, type TestApp } from './support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(() => app.close());

const names = async (text: string, values: unknown[] = []) =>
  (await app.system.database.query<{ name: string }>(text, values)).map(({ name }) => name);
const placesOf = (references: ReturnType<typeof referencesTo>) =>
  references.map(({ table, column }) => `${table}.${column}`);

describe.each([contactResource, companyResource])('what names a $noun', (resource) => {
  const references = referencesTo(resource);

  test('holds every foreign key to its table', async () => {
    const keys = await names(
      `SELECT c.conrelid::regclass || '.' || a.attname AS name FROM pg_constraint c
       JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY(c.conkey)
       WHERE c.contype = 'f' AND c.confrelid = $1::regclass`,
      [resource.plural],
    );
    const known = [...placesOf(references), ...HISTORICAL];
    expect(keys.filter((place) => !known.includes(place))).toEqual([]);
  });

  test('holds every table whose rows are about a record', async () => {
    const tables = await names(
      `SELECT table_name AS name FROM information_schema.columns WHERE table_schema = 'public'
         AND column_name IN ('target_type', 'target_id') GROUP BY 1 HAVING count(*) = 2`,
    );
    const known = references.filter(({ kindColumn }) => kindColumn).map(({ table }) => table);
    const expected = tables.filter((table) => !HISTORICAL.includes(`${table}.target_id`));
    expect(known.sort()).toEqual(expected.sort());
  });

  test('exists, each once, and knows of versions and of what is unique', async () => {
    const places = placesOf(references);
    expect([...new Set(places)]).toEqual(places);
    for (const { table, column, isLink = false, uniqueWith = [], key = 'id', kindColumn } of references) {
      const columns = await names(
        "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = 'public' AND table_name = $1",
        [table],
      );
      expect([table, columns.includes(column), columns.includes(key)]).toEqual([table, true, true]);
      expect([table, columns.includes('version')]).toEqual([table, !isLink]);
      const unique = await names(
        `SELECT DISTINCT o.attname AS name FROM pg_index i
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey) AND a.attname = $2
         JOIN pg_attribute o ON o.attrelid = i.indrelid AND o.attnum = ANY(i.indkey) AND o.attname <> $2
         WHERE i.indrelid = $1::regclass AND i.indisunique`,
        [table, column],
      );
      expect([table, unique.filter((each) => each !== kindColumn).sort()]).toEqual([table, [...uniqueWith].sort()]);
    }
  });

  test('is found by an index', async () => {
    for (const { table, column, kindColumn } of references) {
      const indexed = await names(
        `SELECT a.attname AS name FROM pg_index i
         JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] WHERE i.indrelid = $1::regclass`,
        [table],
      );
      const isIndexed = indexed.includes(column) || (kindColumn !== undefined && indexed.includes(kindColumn));
      expect([table, column, isIndexed]).toEqual([table, column, true]);
    }
  });
});

import { pendingMigrations } from '../src/core/migrate.ts';
import { findSchemaDifferences } from './schema-differences.ts';
import { readFlags, runScript, withSystem } from './script.ts';

/** `npm run migrate:check`: fails when a migration is pending or an entity differs from its table. Changes nothing. */
await runScript(async () => {
  readFlags({});
  const faults = await withSystem(
    'migrate-check',
    async (_ctx, { database }) => {
      const pending = await pendingMigrations(database);
      if (pending.length > 0) return pending.map((name) => `${name}: pending; npm run migrate runs it.`);
      return findSchemaDifferences(database);
    },
    { isMigrating: false },
  );
  if (faults.length > 0) throw new Error(faults.join('\n'));
  console.log('Every migration has run, and every entity is like its table.');
});

import { migrate } from '../src/core/migrate.ts';
import { readFlags, runScript, withSystem } from './script.ts';

/** `npm run migrate`: runs the pending migrations, each in a transaction of its own. */
await runScript(async () => {
  readFlags({});
  const ran = await withSystem('migrate', (_ctx, { database }) => migrate(database), { isMigrating: false });
  for (const name of ran) console.log(`${name} ran`);
  console.log(ran.length > 0 ? `${ran.length} migrations ran.` : 'Nothing was pending.');
});

import { loadScriptConfig, readFlags, runScript, withSystem } from '../scripts/script.ts';
import { withTransaction } from '../src/core/ctx.ts';
import { ensureDefaultPipeline } from '../src/pipelines/default-pipeline.ts';
import { initializeRoles } from '../src/roles/initialize-roles.ts';
import { ensureDemoAccounts } from './demo-accounts.ts';
import { DEFAULT_SEED, type SeedOptions, SIZES, type Size, seedRecords } from './records.ts';

const WIDTH = 'stage_transitions'.length;

/**
 * `npm run seed [-- --size small|medium|large --random-seed N --as-of 2026-01-31 --force]`: adds the sample rows
 * that are missing, and outside production the demo accounts that own them.
 */
await runScript(async () => {
  const flags = readFlags({
    size: { type: 'string', default: 'small' },
    'random-seed': { type: 'string', default: String(DEFAULT_SEED) },
    'as-of': { type: 'string' },
    force: { type: 'boolean' },
  });
  const options: SeedOptions = {
    size: readSize(flags.size),
    seed: readSeed(flags['random-seed']),
    asOf: readDay(flags['as-of']),
    onProgress: showProgress,
  };
  const config = loadScriptConfig();
  if (config.is_production && !flags.force) {
    throw new Error(
      'This is production. Sample rows among real ones are hard to tell apart; --force adds them anyway.',
    );
  }
  const start = performance.now();
  await withSystem(
    'seed',
    async (ctx) => {
      await initializeRoles(ctx);
      await ensureDefaultPipeline(ctx);
      if (!config.is_production) await withTransaction(ctx, (inner) => ensureDemoAccounts(inner, config.DEMO_PASSWORD));
      for (const { table, wanted, added } of await seedRecords(ctx, options)) {
        const rest = wanted === null ? '' : `, ${figure(wanted - added)} were there already`;
        console.log(`${table.padEnd(WIDTH)} ${figure(added)} added${rest}`);
        // Else the first lists would pay for what autovacuum does only minutes later.
        if (added >= 10_000) await ctx.db.query(`VACUUM (ANALYZE) ${table}`);
      }
    },
    { config },
  );
  console.log(`Done in ${((performance.now() - start) / 1000).toFixed(1)} s.`);
});

function readSize(text: string): Size {
  if (!Object.hasOwn(SIZES, text)) throw new Error(`--size: choose one of ${Object.keys(SIZES).join(', ')}.`);
  return text as Size;
}

function readSeed(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error('--random-seed: give a number from 0 to 999999999.');
  return Number(text);
}

function readDay(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const day = new Date(`${text}T00:00:00Z`);
  // An impossible day would roll over into the next month.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text) {
    throw new Error('--as-of: give a day such as 2026-01-31.');
  }
  return day;
}

function showProgress(table: string, done: number, total: number): void {
  if (done === total || done % 100_000 === 0) console.log(`${table.padEnd(WIDTH)} ${figure(done)} of ${figure(total)}`);
}

function figure(count: number): string {
  return count.toLocaleString('en');
}

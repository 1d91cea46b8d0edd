import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seedRecords } from '../seeds/records.ts';
import { createUser } from '../src/auth/auth.service.ts';
import { startSession } from '../src/auth/session.service.ts';
import { parseConfig } from '../src/config.ts';
import { createSystemCtx } from '../src/core/ctx.ts';
import { startEmbeddedPostgres } from '../src/core/embedded-postgres.ts';
import { ensureDefaultPipeline } from '../src/pipelines/default-pipeline.ts';
import { initializeRoles } from '../src/roles/initialize-roles.ts';
import { openSystem } from '../src/system.ts';
import { type Load, type Measured, measure } from './load.ts';
import { startProcess } from './processes.ts';
import { bareQueries } from './queries.ts';

/**
 * The API beside a bare node:http + pg server on the same database, in one run and in turns, so that
 * a ratio holds where the machine's speed drifts.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 4);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const folder = mkdtempSync(join(tmpdir(), 'mycrm-bench-'));
const SECRET_KEY = 'a key for the benchmark, long enough to be one';

const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
const env = {
  NODE_ENV: 'production',
  DATABASE_URL: postgres.url,
  DATA_DIR: folder,
  SECRET_KEY,
  RATE_LIMIT_SCALE: '1000000',
  LOG_LEVEL: 'warn',
};

async function prepare(): Promise<{ access: string; contactId: string }> {
  const system = await openSystem(parseConfig(env), { name: 'bench-setup' });
  const ctx = createSystemCtx(system);
  await initializeRoles(ctx);
  const user = await createUser(
    ctx,
    { email: 'bench@example.com', password_hash: 'none', first_name: 'Bench', last_name: 'Runner' },
    'admin',
  );
  await ensureDefaultPipeline(ctx);
  await seedRecords(ctx, { size: 'medium', seed: 1 });
  const { access } = await startSession(ctx, system.keys, user.id);
  const [contact] = await ctx.db.query<{ id: string }>(
    'SELECT id FROM contacts WHERE deleted_at IS NULL ORDER BY id LIMIT 1',
  );
  await system.close();
  return { access, contactId: contact?.id ?? '' };
}

let serial = 0;
const newContact = () => {
  serial += 1;
  return { first_name: 'Bench', last_name: `Contact ${serial}`, email: `bench-${process.pid}-${serial}@example.com` };
};

interface Case {
  name: string;
  aim: number;
  load: Omit<Load, 'url' | 'seconds'> & { path: string };
}

async function compare(each: Case, urls: { api: string; bare: string }, access: string): Promise<void> {
  const headers = { authorization: `Bearer ${access}`, 'content-type': 'application/json' };
  const target = (base: string, seconds: number): Load => ({
    ...each.load,
    url: `${base}/api/v1${each.load.path}`,
    headers,
    seconds,
  });
  await measure(target(urls.api, 1));
  await measure(target(urls.bare, 1));
  const pairs: { api: Measured; bare: Measured }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    pairs.push({ api: await measure(target(urls.api, SECONDS)), bare: await measure(target(urls.bare, SECONDS)) });
  }
  pairs.sort((a, b) => ratio(a) - ratio(b));
  const median = pairs[Math.floor(pairs.length / 2)];
  if (median) printRow(each, median);
}

function ratio(pair: { api: Measured; bare: Measured }): number {
  return pair.api.requestsPerSecond / pair.bare.requestsPerSecond;
}

function printRow(each: Case, pair: { api: Measured; bare: Measured }): void {
  const figures = (measured: Measured) =>
    `${measured.requestsPerSecond.toFixed(0).padStart(6)}/s p50 ${String(measured.p50).padStart(3)} p99 ${String(measured.p99).padStart(3)} ms`;
  console.log(
    `${each.name.padEnd(18)} API ${figures(pair.api)}   bare ${figures(pair.bare)}   ratio ${ratio(pair).toFixed(2)} (aim ${each.aim})`,
  );
}

try {
  const { access, contactId } = await prepare();
  const [api, bare] = await Promise.all([
    startProcess('bench/api-server.ts', [], env),
    startProcess('bench/bare-server.ts', [JSON.stringify(bareQueries())], env),
  ]);
  const cases: Case[] = [
    { name: 'GET one', aim: 0.4, load: { path: `/contacts/${contactId}/` } },
    { name: 'GET list', aim: 0.6, load: { path: '/contacts/?count=none' } },
    { name: 'GET list (count)', aim: 0.6, load: { path: '/contacts/?count=exact' } },
    { name: 'POST create', aim: 0.35, load: { path: '/contacts/', method: 'POST', body: newContact } },
  ];
  for (const each of cases) await compare(each, { api: api.url, bare: bare.url }, access);
  await Promise.all([api.stop(), bare.stop()]);
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

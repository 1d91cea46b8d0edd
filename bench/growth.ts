import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres } from '../src/core/embedded-postgres.ts';
import { findPaths, prepareWorld, type World } from './growth-world.ts';
import { type Load, type Measured, measure } from './load.ts';
import { type RunningServer, startProcess } from './processes.ts';

/**
 * `npm run bench -- --large`: what the hot paths cost at 1,000,000 contacts and 300,000 deals beside 10,000 and 3,000, in one
 * run and in turns. With BENCH_DATA_DIR the databases are kept there for the next run; making them takes minutes.
 */
const SECONDS = Number(process.env.BENCH_SECONDS ?? 2);
const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 3);
const CONNECTIONS = 4;
const kept = process.env.BENCH_DATA_DIR;
const folder = kept ?? mkdtempSync(join(tmpdir(), 'mycrm-bench-'));

interface Sized {
  world: World;
  api: RunningServer;
}

async function open(size: 'medium' | 'large'): Promise<Sized> {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, database: `mycrm_${size}`, log: () => undefined });
  const world = await prepareWorld(postgres.url, folder, size);
  return { world, api: await startProcess('bench/api-server.ts', [], world.env) };
}

interface Row {
  name: string;
  /** Of which the larger may cost so many times the smaller. */
  aim?: number;
  load: (sized: Sized) => Omit<Load, 'seconds' | 'url'> & { path?: string };
}

async function run(sized: Sized, load: ReturnType<Row['load']>) {
  const { path = '/', ...rest } = load;
  const headers = {
    authorization: `Bearer ${sized.world.access}`,
    'content-type': 'application/json',
    ...load.headers,
  };
  const target: Load = {
    ...rest,
    headers,
    url: `${sized.api.url}/api/v1${path}`,
    connections: CONNECTIONS,
    seconds: SECONDS,
  };
  return measure(target);
}

/** One after the other in turns; answers the pair whose ratio is in the middle. */
async function inTurns(one: () => Promise<Measured>, other: () => Promise<Measured>): Promise<[Measured, Measured]> {
  const pairs: [Measured, Measured][] = [];
  // The first turn warms up.
  for (let round = 0; round <= ROUNDS; round += 1) pairs.push([await one(), await other()]);
  const sorted = pairs.slice(1).sort((a, b) => costOf(a) - costOf(b));
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Requests a second rather than latency, which autocannon gives in whole milliseconds. */
function costOf([small, big]: [Measured, Measured]): number {
  return small.requestsPerSecond / big.requestsPerSecond;
}

async function compare({ name, aim, load }: Row, medium: Sized, large: Sized): Promise<void> {
  const pair = await inTurns(
    () => run(medium, load(medium)),
    () => run(large, load(large)),
  );
  const [small, big] = pair;
  const told = aim ? ` (aim ${aim})` : '';
  console.log(
    `${name.padEnd(30)} 10,000: ${figures(small)}   1,000,000: ${figures(big)}   costs ${costOf(pair).toFixed(2)} times${told}`,
  );
}

function figures({ requestsPerSecond, p50, p97_5 }: Measured): string {
  return `${requestsPerSecond.toFixed(0).padStart(5)}/s p50 ${String(p50).padStart(3)} p97.5 ${String(p97_5).padStart(3)} ms`;
}

const as = (role: 'rep', path: string) => (sized: Sized) => ({
  path,
  headers: { authorization: `Bearer ${sized.world[role]}` },
});

let serial = 0;
const likely = () => {
  serial += 1;
  return {
    first_name: 'Bench',
    last_name: `Likely ${process.pid} ${serial}`,
    email: `likely-${process.pid}-${serial}@example.com`,
    phone: `+49 30 ${1_000_000 + serial}`,
  };
};

const ROWS: Row[] = [
  { name: 'contacts, first page', aim: 1.3, load: () => ({ path: '/contacts/?count=none' }) },
  { name: 'contacts, first page and count', load: () => ({ path: '/contacts/' }) },
  { name: 'contacts of a rep', aim: 1.3, load: as('rep', '/contacts/?count=none') },
  { name: 'deals, first page', aim: 1.3, load: () => ({ path: '/deals/?count=none' }) },
  { name: 'board', aim: 1.3, load: () => ({ path: '/deals/board/' }) },
  { name: 'board of a rep', aim: 1.3, load: as('rep', '/deals/board/') },
  { name: 'timeline', load: ({ world }) => ({ path: `/contacts/${world.contactId}/timeline/` }) },
  { name: 'search, everything', load: ({ world }) => ({ paths: world.searches }) },
  { name: 'search, misspelt', load: ({ world }) => ({ paths: world.misspelt }) },
  { name: 'create with duplicate check', load: () => ({ path: '/contacts/', method: 'POST', body: likely }) },
];

try {
  const [medium, large] = [await open('medium'), await open('large')];
  for (const row of ROWS) await compare(row, medium, large);
  const { first, deep } = await findPaths(large.api.url, large.world.access);
  const pair = await inTurns(
    () => run(large, { path: first }),
    () => run(large, { path: deep }),
  );
  const [shallow, far] = pair.map(figures);
  console.log(`keyset page 1: ${shallow}   page 10,000: ${far}   costs ${costOf(pair).toFixed(2)} times (aim 1.2)`);
  await Promise.all([medium.api.stop(), large.api.stop()]);
} finally {
  const postgres = await startEmbeddedPostgres({ dataDir: folder, log: () => undefined });
  await postgres.stop();
  if (!kept) rmSync(folder, { recursive: true, force: true });
}

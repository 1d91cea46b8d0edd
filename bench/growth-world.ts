import { type Size, seedRecords } from '../seeds/records.ts';
import { createUser } from '../src/auth/auth.service.ts';
import { startSession } from '../src/auth/session.service.ts';
import { parseConfig } from '../src/config.ts';
import { createSystemCtx } from '../src/core/ctx.ts';
import { ensureDefaultPipeline } from '../src/pipelines/default-pipeline.ts';
import { initializeRoles } from '../src/roles/initialize-roles.ts';
import { openSystem } from '../src/system.ts';

/** One filled installation, and who asks it what. */
export interface World {
  env: NodeJS.ProcessEnv;
  /** Token of an administrator, and of a representative who holds a part of the rows. */
  access: string;
  rep: string;
  contactId: string;
  searches: string[];
  misspelt: string[];
}

const REPS = 20;

export async function prepareWorld(databaseUrl: string, folder: string, size: Size): Promise<World> {
  const env = {
    NODE_ENV: 'production',
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    SECRET_KEY: 'a key for the benchmark, long enough to be one',
    RATE_LIMIT_SCALE: '1000000',
    LOG_LEVEL: 'warn',
  };
  const system = await openSystem(parseConfig(env), { name: 'bench-setup' });
  const ctx = createSystemCtx(system);
  await initializeRoles(ctx);
  await ensureDefaultPipeline(ctx);
  const make = async (email: string, role: string) => {
    const [known] = await ctx.db.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]);
    return known ?? createUser(ctx, { email, password_hash: 'none', first_name: 'Bench', last_name: role }, role);
  };
  const admin = await make('admin@bench.example', 'admin');
  for (let number = 1; number <= REPS; number += 1) await make(`rep${number}@bench.example`, 'sales_rep');
  const rep = await make('rep1@bench.example', 'sales_rep');
  await seedRecords(ctx, { size, seed: 1, onProgress: tellProgress });
  const { access } = await startSession(ctx, system.keys, admin.id);
  const ofRep = await startSession(ctx, system.keys, rep.id);
  const [contact] = await ctx.db.query<{ id: string }>(
    "SELECT target_id AS id FROM activities WHERE target_type = 'contact' ORDER BY id LIMIT 1",
  );
  const people = await ctx.db.query<{ first_name: string; last_name: string }>(
    'SELECT first_name, last_name FROM contacts ORDER BY id LIMIT 40',
  );
  await system.close();
  const search = (q: string) => `/api/v1/search/?q=${encodeURIComponent(q)}`;
  return {
    env,
    access,
    rep: ofRep.access,
    contactId: contact?.id ?? '',
    // A common word, the beginning of one, and a whole name.
    searches: people.flatMap(({ first_name, last_name }) => [
      search(last_name),
      search(first_name.slice(0, 3)),
      search(`${first_name} ${last_name}`),
    ]),
    misspelt: people.map(({ last_name }) => search(`${last_name.slice(0, 3)}x${last_name.slice(3)}`)),
  };
}

function tellProgress(table: string, done: number, total: number): void {
  if (total >= 100_000 && done === total) console.log(`made ${total.toLocaleString('en')} ${table}`);
}

const DEEP_ROWS = 250_000;
const MOST = 200;

/** The first page by cursor and the one 10,000 pages of 25 further on, to which the list is walked in larger steps. */
export async function findPaths(url: string, access: string): Promise<{ first: string; deep: string }> {
  const first = '/contacts/?count=none&page_size=25&cursor=';
  let next: string | null = `${url}/api/v1/contacts/?count=none&fields=id&page_size=${MOST}&cursor=`;
  for (let row = 0; row < DEEP_ROWS && next; row += MOST) {
    const answer: Response = await fetch(next, { headers: { authorization: `Bearer ${access}` } });
    next = ((await answer.json()) as { next: string | null }).next;
  }
  if (!next) throw new Error('The list ended before its page 10,000.');
  const cursor = new URL(next).searchParams.get('cursor') ?? '';
  return { first, deep: `${first}${encodeURIComponent(cursor)}` };
}

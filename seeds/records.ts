import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import type { Connection } from '../src/core/database.ts';
import { findOwners } from './demo-accounts.ts';
import { companiesStatement, contactsStatement } from './sample-rows.ts';
import { CONTACTS_PER_COMPANY, type SampleOptions } from './sample-world.ts';
import { withConstraintsAside } from './set-aside.ts';

/** Contacts of each size; there is a company for every five. A larger size holds the rows of the smaller ones. */
export const SIZES = { small: 100, medium: 10_000, large: 1_000_000 } as const;

export type Size = keyof typeof SIZES;

export interface SeedOptions {
  size: Size;
  /** The random seed; default 1. */
  seed?: number;
  /** Rows were made in the 18 months before this instant; by default the last midnight, UTC. */
  asOf?: Date;
  onProgress?: (table: string, done: number, total: number) => void;
}

export interface Seeded {
  table: 'companies' | 'contacts';
  wanted: number;
  added: number;
}

export const DEFAULT_SEED = 1;

const ROWS_PER_STATEMENT = 20_000;
/** From here on it pays to take indexes down and make them again. */
const MANY = 100_000;

/**
 * Adds the sample companies and contacts that are not there yet, set by set. Same seed, instant and owners: the same
 * rows in every database. Nothing goes into the audit log, as no user made them. A large size locks each table.
 */
export async function seedRecords(ctx: Ctx, options: SeedOptions): Promise<Seeded[]> {
  const { seed = DEFAULT_SEED, asOf = startOfToday() } = options;
  const sample: SampleOptions = { seed, isDefaultSeed: seed === DEFAULT_SEED, asOf, owners: await findOwners(ctx) };
  const contacts = SIZES[options.size];
  const wanted = { companies: Math.ceil(contacts / CONTACTS_PER_COMPANY), contacts };
  const seeded: Seeded[] = [];
  // Companies first: the contacts look them up.
  for (const table of ['companies', 'contacts'] as const) {
    const add = (db: Connection) => addRows(db, table, wanted[table], sample, options.onProgress);
    const added =
      wanted[table] < MANY
        ? await add(ctx.db)
        : await withTransaction(ctx, ({ db }) => withConstraintsAside(db, table, () => add(db)));
    if (added > 0) await ctx.db.query(`ANALYZE ${table}`);
    seeded.push({ table, wanted: wanted[table], added });
  }
  return seeded;
}

const STATEMENTS = { companies: companiesStatement, contacts: contactsStatement };

async function addRows(
  db: Connection,
  table: Seeded['table'],
  wanted: number,
  sample: SampleOptions,
  onProgress: SeedOptions['onProgress'],
): Promise<number> {
  let added = 0;
  for (let from = 1; from <= wanted; from += ROWS_PER_STATEMENT) {
    const to = Math.min(from + ROWS_PER_STATEMENT - 1, wanted);
    const [row] = await db.query<{ added: number }>(STATEMENTS[table](sample, from, to));
    added += row?.added ?? 0;
    onProgress?.(table, to, wanted);
  }
  return added;
}

function startOfToday(): Date {
  return new Date(new Date().setUTCHours(0, 0, 0, 0));
}

import type { Ctx } from '../src/core/ctx.ts';
import { findOwners } from './demo-accounts.ts';
import { companiesStatement, contactsStatement } from './sample-rows.ts';
import { CONTACTS_PER_COMPANY, type SampleOptions } from './sample-world.ts';

/** Contacts of each size; there is a company for every five. A larger size holds the rows of the smaller ones. */
export const SIZES = { small: 100, medium: 10_000, large: 1_000_000 } as const;

export type Size = keyof typeof SIZES;

export interface SeedOptions {
  size: Size;
  /** The random seed; default 1. */
  seed?: number;
  /** Rows were made in the 18 months before this instant; by default the last midnight, UTC. */
  asOf?: Date;
  /** Statements at once; more than one only outside a transaction. Default 1. */
  parallel?: number;
  onProgress?: (table: string, done: number, total: number) => void;
}

export interface Seeded {
  table: 'companies' | 'contacts';
  wanted: number;
  added: number;
}

export const DEFAULT_SEED = 1;

const ROWS_PER_STATEMENT = 20_000;

/**
 * Adds the sample companies and contacts that are not there yet, set by set. Same seed, instant and owners: the same
 * rows in every database. Nothing goes into the audit log, as no user made them.
 */
export async function seedRecords(ctx: Ctx, options: SeedOptions): Promise<Seeded[]> {
  const { seed = DEFAULT_SEED, asOf = startOfToday() } = options;
  const sample: SampleOptions = { seed, isDefaultSeed: seed === DEFAULT_SEED, asOf, owners: await findOwners(ctx) };
  const contacts = SIZES[options.size];
  const companies = Math.ceil(contacts / CONTACTS_PER_COMPANY);
  return [
    { table: 'companies', wanted: companies, added: await fill(ctx, options, 'companies', companies, sample) },
    { table: 'contacts', wanted: contacts, added: await fill(ctx, options, 'contacts', contacts, sample) },
  ];
}

const STATEMENTS = { companies: companiesStatement, contacts: contactsStatement };

async function fill(
  ctx: Ctx,
  options: SeedOptions,
  table: Seeded['table'],
  wanted: number,
  sample: SampleOptions,
): Promise<number> {
  let next = 1;
  let done = 0;
  let added = 0;
  const work = async () => {
    while (next <= wanted) {
      const from = next;
      const to = Math.min(from + ROWS_PER_STATEMENT - 1, wanted);
      next = to + 1;
      const [row] = await ctx.db.query<{ added: number }>(STATEMENTS[table](sample, from, to));
      added += row?.added ?? 0;
      done += to - from + 1;
      options.onProgress?.(table, done, wanted);
    }
  };
  await Promise.all(Array.from({ length: options.parallel ?? 1 }, work));
  // The contacts look their companies up, and lists are planned by what the tables hold.
  if (added > 0) await ctx.db.query(`ANALYZE ${table}`);
  return added;
}

function startOfToday(): Date {
  return new Date(new Date().setUTCHours(0, 0, 0, 0));
}

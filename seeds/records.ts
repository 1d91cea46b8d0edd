import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import type { Connection, Statement } from '../src/core/database.ts';
import { foldDealTotals } from '../src/deals/deal-totals.service.ts';
import { learnAllTerms } from '../src/search/search-terms.ts';
import { searchTypes } from '../src/search/search-types.ts';
import { findOwners } from './demo-accounts.ts';
import { dealContactsStatement, dealsStatement, productsStatement, transitionsStatement } from './sample-deals.ts';
import { leadsStatement, scoreLeads } from './sample-leads.ts';
import { companiesStatement, contactsStatement } from './sample-rows.ts';
import { PRODUCTS } from './sample-words.ts';
import { activitiesStatement, eventsStatement, tasksStatement } from './sample-work.ts';
import { CONTACTS_PER_COMPANY, type SampleOptions } from './sample-world.ts';
import { withConstraintsAside } from './set-aside.ts';

/** Contacts of each size; there is a company and a lead for every five. A larger size holds the rows of the smaller ones. */
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
  table: string;
  /** `null` where their number follows from other rows. */
  wanted: number | null;
  added: number;
}

export const DEFAULT_SEED = 1;

const ROWS_PER_STATEMENT = 20_000;
/** From here on it pays to take indexes down and make them again. */
const MANY = 100_000;

type MakeStatement = (sample: SampleOptions, from: number, to: number) => Statement;

interface Table {
  table: string;
  /** How many there are where there are so many contacts. */
  count: (contacts: number) => number;
  make: MakeStatement;
  /** What SQL alone does not make of the rows that were added among `from` to `to`. */
  complete?: (db: Connection, sample: SampleOptions, from: number, to: number) => Promise<void>;
  /** Made for each row of the table before it, some for one and more for another. */
  isDerived?: boolean;
}

/** LIST of the tables, those that others look things up in first. */
const TABLES: readonly Table[] = [
  { table: 'companies', count: (contacts) => Math.ceil(contacts / CONTACTS_PER_COMPANY), make: companiesStatement },
  { table: 'contacts', count: (contacts) => contacts, make: contactsStatement },
  { table: 'leads', count: oneInFive, make: leadsStatement, complete: scoreLeads },
  { table: 'products', count: () => PRODUCTS.length, make: productsStatement },
  { table: 'deals', count: threeInTen, make: dealsStatement },
  { table: 'deal_contacts', count: threeInTen, make: dealContactsStatement, isDerived: true },
  { table: 'stage_transitions', count: threeInTen, make: transitionsStatement, isDerived: true },
  { table: 'tasks', count: threeInTen, make: tasksStatement },
  { table: 'events', count: (contacts) => Math.ceil(contacts / 20), make: eventsStatement },
  { table: 'activities', count: threeInTen, make: activitiesStatement },
];

function oneInFive(contacts: number): number {
  return Math.ceil(contacts / 5);
}

function threeInTen(contacts: number): number {
  return Math.ceil((contacts * 3) / 10);
}

/**
 * Adds the sample rows that are not there yet, set by set. Same seed, instant and owners: the same rows in every
 * database. Nothing goes into the audit log, as no user made them. A large size locks each table.
 */
export async function seedRecords(ctx: Ctx, options: SeedOptions): Promise<Seeded[]> {
  const { seed = DEFAULT_SEED, asOf = startOfToday() } = options;
  const sample: SampleOptions = { seed, isDefaultSeed: seed === DEFAULT_SEED, asOf, owners: await findOwners(ctx) };
  const seeded: Seeded[] = [];
  for (const { table, count, make, complete, isDerived } of TABLES) {
    const wanted = count(SIZES[options.size]);
    const add = (db: Connection) => addRows(db, { table, wanted, make, complete }, sample, options.onProgress);
    const added =
      wanted < MANY
        ? await add(ctx.db)
        : await withTransaction(ctx, ({ db }) => withConstraintsAside(db, table, () => add(db)));
    if (added > 0) await ctx.db.query(`ANALYZE ${table}`);
    seeded.push({ table, wanted: isDerived ? null : wanted, added });
  }
  await foldDealTotals(ctx);
  const searched = searchTypes.map(({ resource }) => resource.plural);
  const grown = seeded.filter(({ table, added }) => added > 0 && searched.includes(table));
  await learnAllTerms(
    ctx,
    grown.map(({ table }) => table),
  );
  return seeded;
}

async function addRows(
  db: Connection,
  { table, wanted, make, complete }: Pick<Table, 'table' | 'make' | 'complete'> & { wanted: number },
  sample: SampleOptions,
  onProgress: SeedOptions['onProgress'],
): Promise<number> {
  let added = 0;
  for (let from = 1; from <= wanted; from += ROWS_PER_STATEMENT) {
    const to = Math.min(from + ROWS_PER_STATEMENT - 1, wanted);
    const [row] = await db.query<{ added: number }>(make(sample, from, to));
    if (row?.added) await complete?.(db, sample, from, to);
    added += row?.added ?? 0;
    onProgress?.(table, to, wanted);
  }
  return added;
}

function startOfToday(): Date {
  return new Date(new Date().setUTCHours(0, 0, 0, 0));
}

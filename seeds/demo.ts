import type { Config } from '../src/config.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { DEMO_ACCOUNTS, ensureDemoAccounts } from './demo-accounts.ts';
import { seedRecords } from './records.ts';

export interface DemoResult {
  /** Whether anything was missing. */
  created: boolean;
  accounts: { email: string; role: string }[];
}

// Any number will do; two processes that start at once must not both make the demo.
const DEMO_LOCK = 4_862_017_333;

/**
 * Makes the demo accounts that are missing, and 100 contacts where there are none. One query tells a later start that
 * nothing is to be done. Throws in production: a known password must never open an account there.
 */
export async function ensureDemoAccountsAndData(
  ctx: Ctx,
  config: Pick<Config, 'DEMO_PASSWORD' | 'is_production'>,
): Promise<DemoResult> {
  if (config.is_production) throw new Error('Demo accounts are never made in production.');
  const accounts = DEMO_ACCOUNTS.map(({ email, role }) => ({ email, role }));
  if (await isComplete(ctx)) return { created: false, accounts };
  const created = await withTransaction(ctx, async (inner) => {
    await inner.db.query('SELECT pg_advisory_xact_lock($1)', [DEMO_LOCK]);
    if (await isComplete(inner)) return false;
    await ensureDemoAccounts(inner, config.DEMO_PASSWORD);
    const [found] = await inner.db.query('SELECT 1 FROM contacts LIMIT 1');
    if (!found) await seedRecords(inner, { size: 'small' });
    return true;
  });
  return { created, accounts };
}

async function isComplete(ctx: Ctx): Promise<boolean> {
  const emails = DEMO_ACCOUNTS.map(({ email }) => email);
  const [state] = await ctx.db.query<{ is_complete: boolean }>(
    `SELECT (SELECT count(*) FROM users WHERE email = ANY($1)) = $2 AND EXISTS (SELECT FROM contacts) AS is_complete`,
    [emails, emails.length],
  );
  return state?.is_complete === true;
}

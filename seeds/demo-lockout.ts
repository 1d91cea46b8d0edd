import { verifyPassword } from '../src/auth/passwords.ts';
import { type Config, PUBLIC_DEMO_PASSWORD } from '../src/config.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { suspendUnsafeUser } from '../src/users/user.service.ts';
import { DEMO_ACCOUNTS } from './demo-accounts.ts';

export interface OpenDemoAccount {
  id: string;
  email: string;
  is_active: boolean;
}

type DemoConfig = Pick<Config, 'DEMO_PASSWORD'>;

/** The demo accounts, suspended ones too, that still have a demo password: that of README, or the one configured. */
export async function findOpenDemoAccounts(ctx: Ctx, { DEMO_PASSWORD }: DemoConfig): Promise<OpenDemoAccount[]> {
  const accounts = await ctx.db.query<OpenDemoAccount & { password_hash: string }>(
    `SELECT id, email, is_active, password_hash FROM users
     WHERE (id = ANY($1) OR email = ANY($2)) AND deleted_at IS NULL ORDER BY id`,
    [DEMO_ACCOUNTS.map(({ id }) => id), DEMO_ACCOUNTS.map(({ email }) => email)],
  );
  const open: OpenDemoAccount[] = [];
  for (const { password_hash, ...account } of accounts) {
    for (const password of new Set([PUBLIC_DEMO_PASSWORD, DEMO_PASSWORD])) {
      if (!(await verifyPassword(password_hash, password))) continue;
      open.push(account);
      break;
    }
  }
  return open;
}

/**
 * For production, on a database in which development has made the demo accounts: suspends those that anybody who read
 * the README could sign in to, be it the last administrator. Answers their addresses.
 */
export async function suspendOpenDemoAccounts(ctx: Ctx, config: DemoConfig): Promise<string[]> {
  const open = (await findOpenDemoAccounts(ctx, config)).filter((account) => account.is_active);
  for (const { id } of open) await withTransaction(ctx, (inner) => suspendUnsafeUser(inner, id));
  return open.map(({ email }) => email);
}

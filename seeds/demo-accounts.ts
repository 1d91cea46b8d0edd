import { createUser } from '../src/auth/auth.service.ts';
import { hashPassword } from '../src/auth/passwords.ts';
import type { Ctx } from '../src/core/ctx.ts';
import { teamResource } from '../src/teams/team.resource.ts';
import { setMember, teamService } from '../src/teams/team.service.ts';

interface DemoAccount {
  /** Fixed, so that sample rows have the same owners in every database. */
  id: string;
  email: string;
  role: 'admin' | 'manager' | 'sales_rep' | 'viewer' | 'guest';
  first_name: string;
  last_name: string;
  /** Out of ten sample rows. */
  share: number;
}

/** LIST of the demo accounts, one for each role. */
export const DEMO_ACCOUNTS: readonly DemoAccount[] = [
  { ...person(1, 'admin', 'Amelia', 'Adler'), role: 'admin', share: 1 },
  { ...person(2, 'manager', 'Marcus', 'Mendel'), role: 'manager', share: 3 },
  { ...person(3, 'rep', 'Rosa', 'Romero'), role: 'sales_rep', share: 6 },
  { ...person(4, 'viewer', 'Viktor', 'Vance'), role: 'viewer', share: 0 },
  { ...person(5, 'guest', 'Greta', 'Gould'), role: 'guest', share: 0 },
];

function person(number: number, name: string, first_name: string, last_name: string) {
  return { id: `019a0000-0000-7000-8000-00000000000${number}`, email: `${name}@mycrm.example`, first_name, last_name };
}

const TEAM = { name: 'Sales', description: 'The demo team.', shares_records: true };

/** Makes the demo accounts that are missing, and their team with the first of them. */
export async function ensureDemoAccounts(ctx: Ctx, password: string): Promise<void> {
  const known = await ctx.db.query<{ email: string }>('SELECT email FROM users WHERE email = ANY($1)', [
    DEMO_ACCOUNTS.map(({ email }) => email),
  ]);
  const missing = DEMO_ACCOUNTS.filter(({ email }) => !known.some((user) => user.email === email));
  const hashes = await Promise.all(missing.map(() => hashPassword(password)));
  for (const [index, { role, share: _share, ...account }] of missing.entries()) {
    await createUser(ctx, { ...account, password_hash: hashes[index] ?? '' }, role);
  }
  if (known.length === 0) await makeTeam(ctx);
}

async function makeTeam(ctx: Ctx): Promise<void> {
  const [taken] = await ctx.db.query('SELECT 1 FROM teams WHERE lower(name) = lower($1) AND deleted_at IS NULL', [
    TEAM.name,
  ]);
  if (taken) return;
  const team = await teamService.create(ctx, teamResource.createSchema.parse(TEAM));
  for (const { id, role } of DEMO_ACCOUNTS) {
    if (role !== 'manager' && role !== 'sales_rep') continue;
    await setMember(ctx, String(team.id), { user_id: id, is_manager: role === 'manager' });
  }
}

/** Who owns sample rows: the demo accounts by their shares or, where there are none, every user who may hold rows. */
export async function findOwners(ctx: Ctx): Promise<string[]> {
  const holders = await ctx.db.query<{ id: string; email: string }>(
    `SELECT u.id, u.email FROM users u WHERE u.is_active AND u.deleted_at IS NULL AND EXISTS (
       SELECT FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
       WHERE a.user_id = u.id AND a.deleted_at IS NULL AND 'create_contacts' = ANY(r.permissions)) ORDER BY u.id`,
  );
  const shares = DEMO_ACCOUNTS.flatMap(({ email, share }) => {
    const holder = holders.find((each) => each.email === email);
    return holder ? Array.from({ length: share }, () => holder.id) : [];
  });
  return shares.length > 0 ? shares : holders.map(({ id }) => id);
}

import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { findOpenDemoAccounts } from '../seeds/demo-lockout.ts';
import { createUser } from '../src/auth/auth.service.ts';
import { hashPassword, passwordSchema, refuseWeakPassword } from '../src/auth/passwords.ts';
import type { Config } from '../src/config.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { record } from '../src/events/record.ts';
import { email as emailSchema } from '../src/http/fields.ts';
import { createAssignment } from '../src/role-assignments/role-assignment.service.ts';
import { initializeRoles } from '../src/roles/initialize-roles.ts';
import { reactivateUser } from '../src/users/user.service.ts';
import { readFlags, runScript, withSystem } from './script.ts';

/**
 * `npm run create-admin -- --email ada@example.com [--password-stdin]`: makes an administrator, or makes one of a user
 * who is there already and keeps their password.
 */
await runScript(async () => {
  const flags = readFlags({ email: { type: 'string' }, 'password-stdin': { type: 'boolean' } });
  const email = readEmail(flags.email);
  const given = flags['password-stdin'] ? readPassword(await text(process.stdin), email) : null;
  const lines = await withSystem('create-admin', async (ctx, { config }) => {
    await initializeRoles(ctx);
    if (config.is_production) await refuseDemoAccount(ctx, config, email);
    return ensureAdmin(ctx, email, given);
  });
  for (const line of lines) console.log(line);
});

function readEmail(given: string | undefined): string {
  const parsed = emailSchema.safeParse(given);
  if (!parsed.success) throw new Error('--email: give the e-mail address of the administrator.');
  return parsed.data;
}

/** By standard input, as arguments are seen by everybody on the machine and kept in the shell's history. */
function readPassword(input: string, email: string): string {
  const parsed = passwordSchema.safeParse(input.replace(/\r?\n$/, ''));
  if (!parsed.success) throw new Error(`password: ${parsed.error.issues[0]?.message}`);
  refuseWeakPassword('password', parsed.data, { email, names: [] });
  return parsed.data;
}

/** It would be let in again with the password that everybody knows. */
async function refuseDemoAccount(ctx: Ctx, config: Config, email: string): Promise<void> {
  const open = await findOpenDemoAccounts(ctx, config);
  if (!open.some((account) => account.email === email)) return;
  throw new Error(`--email: ${email} is a demo account that has a demo password. Give another address.`);
}

/** Answers what was done, a line each. */
async function ensureAdmin(ctx: Ctx, email: string, given: string | null): Promise<string[]> {
  const [known] = await ctx.db.query<{ id: string; is_active: boolean; is_admin: boolean }>(
    `SELECT u.id, u.is_active, EXISTS (
       SELECT FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.name = 'admin' AND r.deleted_at IS NULL
       WHERE a.user_id = u.id AND a.team_id IS NULL AND a.deleted_at IS NULL) AS is_admin
     FROM users u WHERE u.email = $1 AND u.deleted_at IS NULL`,
    [email],
  );
  if (!known) return makeAdmin(ctx, email, given);
  const lines: string[] = [];
  await withTransaction(ctx, async (inner) => {
    if (!known.is_active) {
      await reactivateUser(inner, known.id);
      lines.push(`${email} was suspended and is let in again.`);
    }
    if (!known.is_admin) {
      await createAssignment(inner, { user_id: known.id, role_id: await findAdminRole(inner) });
      lines.push(`${email} is an administrator now.`);
    }
  });
  if (lines.length === 0) lines.push(`${email} is an administrator already; nothing was changed.`);
  return given === null ? lines : [...lines, 'Their password was kept: they change it themselves once signed in.'];
}

async function makeAdmin(ctx: Ctx, email: string, given: string | null): Promise<string[]> {
  const password = given ?? randomBytes(18).toString('base64url');
  const password_hash = await hashPassword(password);
  await withTransaction(ctx, async (inner) => {
    const { id } = await createUser(inner, { email, password_hash }, 'admin');
    await record(inner, 'user.registered', { type: 'user', id, label: email });
  });
  const lines = [`${email} was made an administrator.`];
  return given === null ? [...lines, `Password, shown only now: ${password}`] : lines;
}

async function findAdminRole(ctx: Ctx): Promise<string> {
  const [role] = await ctx.db.query<{ id: string }>("SELECT id FROM roles WHERE name = 'admin' AND deleted_at IS NULL");
  if (!role) throw new Error('There is no role admin; run init-roles.');
  return role.id;
}

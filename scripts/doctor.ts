import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { findOpenDemoAccounts } from '../seeds/demo-lockout.ts';
import type { Config } from '../src/config.ts';
import type { Ctx } from '../src/core/ctx.ts';
import type { Database } from '../src/core/database.ts';
import { pendingMigrations } from '../src/core/migrate.ts';
import { checkPort } from './port-check.ts';
import { explain, loadScriptConfig, readFlags, runScript, withSystem } from './script.ts';

let broken = 0;

/** `npm run doctor`: checks what an installation needs, with advice for what is wrong. Changes nothing. */
await runScript(async () => {
  readFlags({});
  await check('node', checkNode);
  const config = loadScriptConfig();
  await check('configuration', () => checkSecret(config));
  await check('data folder', () => checkDataFolder(config));
  await check(`port ${config.PORT}`, () => checkPort(config));
  const name = config.DATABASE_URL ? 'database' : 'embedded PostgreSQL';
  await withSystem('doctor', (ctx, { database }) => checkContent(name, ctx, config, database), {
    config,
    isMigrating: false,
  }).catch((error) =>
    check(name, () => {
      throw error;
    }),
  );
  if (broken > 0) throw new Error(`\n${broken} of these must be put right.`);
  console.log('\nAll is well.');
});

async function checkContent(name: string, ctx: Ctx, config: Config, database: Database): Promise<void> {
  await check(name, () => checkVersion(ctx));
  const isMigrated = await check('migrations', () => checkMigrations(database));
  if (!isMigrated) return;
  await check('roles', () => checkRoles(ctx));
  await check('administrator', () => checkAdmin(ctx));
  await check('demo accounts', () => checkDemo(ctx, config));
}

/** A check answers what it found, or throws what is wrong and what to do about it. */
async function check(name: string, look: () => Promise<string> | string): Promise<boolean> {
  try {
    const found = await look();
    console.log(`ok      ${name.padEnd(20)} ${found}`);
    return true;
  } catch (error) {
    broken += 1;
    console.log(`BROKEN  ${name.padEnd(20)} ${explain(error)}`);
    return false;
  }
}

function checkNode(): string {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) throw new Error(`${process.version}: install Node 20.19 or later.`);
  return process.version;
}

function checkSecret(config: Config): string {
  if (new Set(config.SECRET_KEY).size < 12 || config.SECRET_KEY.length < 32) {
    throw new Error('SECRET_KEY is easy to guess: set it to the output of `openssl rand -base64 32`.');
  }
  return `valid, for ${config.NODE_ENV}`;
}

async function checkDataFolder(config: Config): Promise<string> {
  try {
    await mkdir(config.DATA_DIR, { recursive: true });
    await access(config.DATA_DIR, constants.W_OK);
  } catch {
    throw new Error(`${config.DATA_DIR} cannot be written: set DATA_DIR to a folder of yours.`);
  }
  return config.DATA_DIR;
}

async function checkVersion(ctx: Ctx): Promise<string> {
  const [row] = await ctx.db.query<{ version: string }>("SELECT current_setting('server_version') AS version");
  const major = Number.parseInt(row?.version ?? '', 10);
  if (!(major >= 15 && major <= 18)) throw new Error(`PostgreSQL ${row?.version}: MyCRM needs one of 15 to 18.`);
  return `PostgreSQL ${row?.version}`;
}

async function checkMigrations(database: Database): Promise<string> {
  const pending = await pendingMigrations(database);
  if (pending.length > 0) throw new Error(`${pending.length} pending: run npm run migrate, or just npm start.`);
  return 'all have run';
}

async function checkRoles(ctx: Ctx): Promise<string> {
  const roles = await ctx.db.query('SELECT 1 FROM roles WHERE is_system_role AND deleted_at IS NULL');
  if (roles.length < 5) throw new Error(`${roles.length} of 5 system roles: run npm run init-roles.`);
  return '5 system roles';
}

async function checkAdmin(ctx: Ctx): Promise<string> {
  const admins = await ctx.db.query<{ email: string }>(
    `SELECT DISTINCT u.email FROM users u JOIN role_assignments a ON a.user_id = u.id AND a.deleted_at IS NULL
     JOIN roles r ON r.id = a.role_id AND r.name = 'admin' AND r.deleted_at IS NULL
     WHERE u.is_active AND u.deleted_at IS NULL AND a.team_id IS NULL`,
  );
  if (admins.length === 0) throw new Error('there is none: run npm run create-admin -- --email you@example.com.');
  return `${admins.length} active`;
}

/** They are meant for development; in production whoever read the README could sign in. */
async function checkDemo(ctx: Ctx, config: Config): Promise<string> {
  if (!config.is_production) return 'allowed outside production';
  const open = (await findOpenDemoAccounts(ctx, config)).filter((account) => account.is_active);
  if (open.length === 0) return 'none can be signed in to';
  const emails = open.map(({ email }) => email).join(', ');
  throw new Error(`${emails}: still with a demo password; start MyCRM, which suspends them, or change the passwords.`);
}

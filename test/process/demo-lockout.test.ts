import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureDemoAccountsAndData } from '../../seeds/demo.ts';
import { findOpenDemoAccounts, suspendOpenDemoAccounts } from '../../seeds/demo-lockout.ts';
import { createSystemCtx, withTransaction } from '../../src/core/ctx.ts';
import { openTestApp } from '../support/app.ts';
import { findFreePort, type MainProcess, startMain } from '../support/main-process.ts';
import { runScript } from '../support/script.ts';

const PRODUCTION = { NODE_ENV: 'production', SECRET_KEY: 'hR3l0n8Yx2mQ9wZt5uVb7cKd1sFg4jPa' };

let dataDir: string;
let port: number;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'mycrm-lockout-'));
  port = await findFreePort();
});
afterAll(() => rm(dataDir, { recursive: true, force: true }));

const post = (main: MainProcess, path: string, body: object) =>
  main.request(`/api/v1/auth/${path}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

const signIn = (main: MainProcess) => post(main, 'login', { email: 'admin@mycrm.example', password: 'demo-Passw0rd!' });

test('production on the data of development shuts the demo accounts out, with their sessions, and says so', async () => {
  const development = startMain({ dataDir, port, env: { SECRET_KEY: PRODUCTION.SECRET_KEY } });
  await development.waitUntilReady();
  const { refresh } = (await (await signIn(development)).json()) as { refresh: string };
  const beside = await runScript('doctor', [], { env: { DATABASE_URL: '', DATA_DIR: dataDir, PORT: String(port) } });
  expect(beside).toMatchObject({ code: 0, errors: '' });
  expect(beside.lines).toContainEqual(expect.stringMatching(/^ok {6}port \d+ +MyCRM runs here already, and is ready$/));
  development.child.kill('SIGTERM');
  await development.exit;

  const scripts = { env: { ...PRODUCTION, DATABASE_URL: '', DATA_DIR: dataDir, PORT: String(port) } };
  const before = await runScript('doctor', [], scripts);
  expect(before.code).toBe(1);
  expect(before.lines).toContainEqual(expect.stringMatching(/^BROKEN {2}demo accounts +admin@mycrm\.example, /));

  const production = startMain({ dataDir, port, env: PRODUCTION });
  await production.waitUntilReady();
  const refused = await signIn(production);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([401, 'account_disabled']);
  expect((await post(production, 'token/refresh', { refresh })).status).toBe(401);
  expect(production.output()).toMatch(/demo accounts with a demo password were suspended.*create-admin/);

  const promoted = await runScript('create-admin', ['--email', 'admin@mycrm.example'], scripts);
  expect(promoted).toMatchObject({ code: 1, errors: expect.stringContaining('is a demo account') });
  const after = await runScript('doctor', [], scripts);
  expect(after.lines).toContainEqual(expect.stringMatching(/^ok {6}demo accounts/));
  expect(after.lines).toContainEqual(expect.stringMatching(/^BROKEN {2}administrator +there is none/));
  production.child.kill('SIGTERM');
  expect(await production.exit).toBe(0);
}, 90_000);

test('the suspension is in the audit log, and an account with a password of its own stays', async () => {
  const app = await openTestApp();
  const ctx = createSystemCtx(app.system);
  const config = { DEMO_PASSWORD: 'one of our own team', is_production: false };
  await ensureDemoAccountsAndData(ctx, config);
  const [admin] = await findOpenDemoAccounts(ctx, config);
  await withTransaction(ctx, ({ db }) => db.query("UPDATE users SET password_hash = 'own' WHERE id = $1", [admin?.id]));
  const suspended = await suspendOpenDemoAccounts(ctx, config);
  expect(suspended).toEqual(['manager', 'rep', 'viewer', 'guest'].map((name) => `${name}@mycrm.example`));
  expect(await suspendOpenDemoAccounts(ctx, config)).toEqual([]);
  const events = await ctx.db.query("SELECT resource_label FROM audit_logs WHERE event = 'user.suspended' ORDER BY id");
  expect(events.map((event) => event.resource_label)).toEqual(suspended);
  await app.close();
});

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { cloneTemplate } from './support/app.ts';
import { eventually } from './support/eventually.ts';
import { findFreePort, startMain } from './support/main-process.ts';
import { readRows } from './support/rows.ts';

const MINE = "SELECT actor_name FROM audit_logs WHERE actor_name = 'Ada'";

let database: Awaited<ReturnType<typeof cloneTemplate>>;
beforeAll(async () => {
  database = await cloneTemplate();
  await readRows(
    database.url,
    `INSERT INTO audit_logs (id, event, actor_name, action, resource_type, dispatched_at)
     VALUES (gen_random_uuid(), 'user.signed_in', 'Ada', 'signed_in', 'user', now())`,
  );
});
afterAll(() => database.drop());

test.each([
  ["UPDATE audit_logs SET actor_name = 'Eve'"],
  ['DELETE FROM audit_logs'],
  ['TRUNCATE audit_logs'],
  ['TRUNCATE users, audit_logs CASCADE'],
])('%s is refused, by whomever', async (statement) => {
  await expect(readRows(database.url, statement)).rejects.toThrow('audit_logs is append-only');
  expect(await readRows(database.url, MINE)).toEqual([{ actor_name: 'Ada' }]);
});

test('MyCRM runs as a role that owns nothing and cannot rewrite the audit log', async () => {
  const role = `app_${randomBytes(6).toString('hex')}`;
  const grants = readFileSync('scripts/app-role.sql', 'utf8').replaceAll('mycrm_app', role);
  await readRows(database.url, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'; ${grants}`);
  const url = new URL(database.url);
  Object.assign(url, { username: role, password: 'secret' });

  const port = await findFreePort();
  const env = { DATABASE_URL: url.href };
  const main = startMain({ dataDir: process.env.TEST_DATA_DIR ?? '', port, env });
  await main.waitUntilReady();
  const signedIn = await main.request('/api/v1/auth/login/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@mycrm.example', password: 'demo-Passw0rd!' }),
  });
  expect(signedIn.status).toBe(200);
  const waiting = () => readRows(database.url, 'SELECT FROM audit_logs WHERE dispatched_at IS NULL');
  expect(await eventually(waiting, (rows) => rows.length === 0, 5_000)).toEqual([]);
  for (const statement of [
    'TRUNCATE audit_logs',
    'DELETE FROM audit_logs',
    "UPDATE audit_logs SET actor_name = 'Eve'",
    'ALTER TABLE audit_logs DISABLE TRIGGER ALL',
    'DROP TRIGGER audit_log_guard ON audit_logs',
  ]) {
    await expect(readRows(url.href, statement)).rejects.toThrow(/permission denied|must be owner/);
  }
  main.child.kill('SIGTERM');
  expect(await main.exit).toBe(0);
  expect(main.output()).not.toMatch(/"level":"(error|fatal)"/);
  await readRows(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
}, 60_000);

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { cloneTemplate } from '../support/app.ts';
import { readRows } from '../support/rows.ts';
import { runScript } from '../support/script.ts';

let database: Awaited<ReturnType<typeof cloneTemplate>>;
beforeAll(async () => {
  database = await cloneTemplate();
});
afterAll(() => database.drop());

const run = (name: string, args: string[] = [], input?: string) =>
  runScript(name, args, { databaseUrl: database.url, input });

test('init-roles keeps an edited role, says what --force would do, and does it', async () => {
  await readRows(database.url, "UPDATE roles SET color = 'pink' WHERE name = 'viewer'");
  await readRows(database.url, "DELETE FROM roles WHERE name = 'guest'");
  const dry = await run('init-roles', ['--dry-run', '--force']);
  expect(dry).toMatchObject({ code: 0, errors: '' });
  expect(dry.lines.slice(-3)).toEqual([
    'viewer     reset: color',
    'guest      created',
    'Dry run: nothing was changed.',
  ]);
  const kept = await run('init-roles');
  expect(kept.lines.slice(-2)).toEqual(['viewer     edited: color (kept; --force resets it)', 'guest      created']);
  const forced = await run('init-roles', ['--force']);
  expect(forced.lines.slice(-2)).toEqual(['viewer     reset: color', 'guest      unchanged']);
});

describe('create-admin', () => {
  const email = 'root@test.example';
  const flags = ['--email', email];

  test('prints a password once', async () => {
    const made = await run('create-admin', ['--email', 'ROOT@test.example']);
    expect(made).toMatchObject({ code: 0, errors: '' });
    expect(made.lines).toEqual([`${email} was made an administrator.`, expect.stringMatching(/^Password.*: \S{24}$/)]);
    const again = await run('create-admin', flags);
    expect(again).toEqual({
      code: 0,
      errors: '',
      lines: [`${email} is an administrator already; nothing was changed.`],
    });
  });

  test('promotes a user who is there, suspended or not', async () => {
    await readRows(database.url, `DELETE FROM role_assignments; UPDATE users SET is_active = false`);
    const { code, lines } = await run('create-admin', flags);
    expect(lines).toEqual([`${email} was suspended and is let in again.`, `${email} is an administrator now.`]);
    expect(code).toBe(0);
  });

  test('takes a password from standard input and refuses a weak one', async () => {
    const [weak, strong] = await Promise.all([
      run('create-admin', ['--email', 'weak@test.example', '--password-stdin'], 'password\n'),
      run('create-admin', ['--email', 'new@test.example', '--password-stdin'], 'seven purple bears\n'),
    ]);
    expect(weak).toEqual({ code: 1, lines: [], errors: 'password: This password is too common.' });
    expect(strong).toEqual({ code: 0, errors: '', lines: ['new@test.example was made an administrator.'] });
  });
});

test('routes and events are listed without a database', async () => {
  const [routes, events] = await Promise.all([runScript('routes', []), runScript('events', [])]);
  expect(routes.errors + events.errors).toBe('');
  expect(routes.lines).toContainEqual(
    expect.stringMatching(/^POST +\/api\/v1\/contacts\/ +create_contacts +contacts +\S/),
  );
  expect(events.lines).toContainEqual(
    expect.stringMatching(/^role_assignment\.created +medium +notify-role-change +\S/),
  );
});

test('migrate:check finds a column that differs, and a database that lags', async () => {
  expect(await run('migrate:check')).toMatchObject({ code: 0, errors: '' });
  await readRows(database.url, 'ALTER TABLE teams ALTER name TYPE varchar(99), ADD surplus text');
  const changed = await run('migrate:check');
  expect(changed.errors.split('\n')).toEqual([
    'teams.name: character varying(100) in the entity, character varying(99) in the table.',
    'teams.surplus: the table has it, the entity does not.',
  ]);
  await readRows(database.url, 'DELETE FROM migrations WHERE id = (SELECT max(id) FROM migrations)');
  expect(await run('migrate:check')).toMatchObject({
    code: 1,
    errors: expect.stringContaining('pending; npm run migrate'),
  });
});

test('doctor names what is broken and exits with 1', async () => {
  const sick = await runScript('doctor', [], { env: { PORT: '0', SECRET_KEY: 'a'.repeat(40) } });
  expect(sick).toMatchObject({ code: 1, errors: '2 of these must be put right.' });
  expect(sick.lines).toContainEqual(expect.stringMatching(/^BROKEN {2}configuration +SECRET_KEY is easy to guess/));
  expect(sick.lines).toContainEqual(expect.stringMatching(/^BROKEN {2}database +DATABASE_URL: .* cannot be reached/));
});

test('a database that cannot be reached is named with its variable and a remedy, without the password', async () => {
  const refused = await runScript('migrate', [], { databaseUrl: 'postgres://me:secret@localhost:1/crm' });
  expect(refused.code).toBe(1);
  expect(refused.errors).toMatch(
    /^DATABASE_URL: PostgreSQL at localhost:1 \(database crm, user me\) cannot be reached \(connect ECONNREFUSED.*Start it/,
  );
  const away = await runScript('migrate', [], { databaseUrl: new URL('/not-there', database.url).href });
  expect(away.errors).toContain('has no such database');
});

test('an unknown flag is refused in one line', async () => {
  const refused = await runScript('migrate', ['--fast']);
  expect(refused).toEqual({ code: 1, lines: [], errors: "Unknown option '--fast'. There are no options." });
});

import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/core/embedded-postgres.ts';

jest.setTimeout(60_000);

describe('embedded PostgreSQL', () => {
  let dataDir: string;
  const messages: string[] = [];
  const started: EmbeddedPostgres[] = [];

  async function start(folder = dataDir, database?: string): Promise<EmbeddedPostgres> {
    const log = (message: string) => void messages.push(message);
    const server = await startEmbeddedPostgres({ dataDir: folder, database, log, settings: { fsync: 'off' } });
    started.push(server);
    return server;
  }

  async function query(server: EmbeddedPostgres, sql: string): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  const pidFile = (server: EmbeddedPostgres) => join(server.dataFolder, 'cluster', 'data', 'postmaster.pid');
  const postmasterPid = async (server: EmbeddedPostgres) =>
    Number((await readFile(pidFile(server), 'utf8')).split('\n')[0]);
  const isRunning = (server: EmbeddedPostgres) => existsSync(pidFile(server));

  beforeAll(async () => {
    dataDir = join(await mkdtemp(join(tmpdir(), 'embedded-postgres-')), 'var');
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((server) => server.stop()));
    messages.length = 0;
  });

  afterAll(async () => {
    // Where PostgreSQL's user cannot reach root's temporary folder, these are links to the real ones.
    for (const name of ['var', 'fresh']) {
      const folder = await realpath(join(dataDir, '..', name, 'postgres'));
      await rm(folder, { recursive: true, force: true });
      await rm(`${folder}.origin`, { force: true });
    }
    await rm(join(dataDir, '..'), { recursive: true, force: true });
  });

  test('makes a cluster whose password only its owner reads, and the database', async () => {
    const server = await start();
    expect(await query(server, "SELECT current_database() AS name, lower('ÄÉ') AS low")).toEqual([
      { name: 'mycrm', low: 'äé' },
    ]);
    expect((await stat(join(server.dataFolder, 'cluster', 'password'))).mode & 0o777).toBe(0o600);
    expect((await stat(server.dataFolder)).mode & 0o777).toBe(0o700);
    const wrong = new pg.Client({ connectionString: server.url.replace(/:[0-9a-f]+@/, ':guess@') });
    await expect(wrong.connect()).rejects.toMatchObject({ code: '28P01' });
  });

  test('keeps data and port over a restart; stopping twice is harmless', async () => {
    const first = await start();
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await Promise.all([first.stop(), first.stop()]);
    await first.stop();
    expect(isRunning(first)).toBe(false);

    const second = await start();
    expect(second.url).toBe(first.url);
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
    expect(await query(second, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
  });

  test('a second start joins the running server and only the last one stops it', async () => {
    const first = await start();
    const pid = await postmasterPid(first);
    const second = await start(dataDir, 'another');
    expect(await postmasterPid(second)).toBe(pid);
    expect(await query(second, 'SELECT current_database() AS name')).toEqual([{ name: 'another' }]);

    await first.stop();
    expect(isRunning(second)).toBe(true);
    await second.stop();
    expect(isRunning(second)).toBe(false);
  });

  test('keeps running while a client is connected', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    await server.stop();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await (await start()).stop();
    expect(isRunning(server)).toBe(false);
  });

  test('recovers after kill -9 of the server', async () => {
    const server = await start();
    await query(server, 'CREATE TABLE survived AS SELECT 7 AS answer');
    process.kill(await postmasterPid(server), 'SIGKILL');
    const again = await start();
    expect(await query(again, 'SELECT answer FROM survived')).toEqual([{ answer: 7 }]);
    await server.stop();
    expect(isRunning(again)).toBe(true);
  });

  test('is not misled by a postmaster.pid whose id another process has now, nor by a stale lock', async () => {
    const server = await start();
    await server.stop();
    const contents = [
      process.pid,
      join(server.dataFolder, 'cluster', 'data'),
      1,
      server.port,
      '',
      '127.0.0.1',
      '',
      'ready',
    ];
    await writeFile(pidFile(server), `${contents.join('\n')}\n`);
    await writeFile(join(server.dataFolder, 'lock'), JSON.stringify({ host: 'elsewhere', pid: 1, token: 'old' }));
    const before = Date.now() / 1000 - 60;
    await utimes(join(server.dataFolder, 'lock'), before, before);
    expect(await query(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  test('takes another port when its own is taken', async () => {
    const first = await start();
    await first.stop();
    const intruder = createServer().listen(first.port, '127.0.0.1');
    try {
      const second = await start();
      expect(second.port).not.toBe(first.port);
      expect(await query(second, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    } finally {
      intruder.close();
    }
  });

  test('shows the log when the server does not start', async () => {
    const log = () => {};
    await expect(startEmbeddedPostgres({ dataDir, log, settings: { shared_buffers: 'nonsense' } })).rejects.toThrow(
      /invalid value for parameter "shared_buffers"/,
    );
  });

  test('two first starts at the same moment, after an interrupted one, make one server', async () => {
    await chmod(join(dataDir, '..'), 0o755); // this time within reach of PostgreSQL's user
    const fresh = join(dataDir, '..', 'fresh');
    const leftover = join(fresh, 'postgres', 'cluster.new-0000', 'data', 'base');
    await mkdir(leftover, { recursive: true });
    const [one, two] = await Promise.all([start(fresh), start(fresh)]);
    expect(two?.url).toBe(one?.url);
    expect(messages.filter((message) => message.includes('new PostgreSQL cluster'))).toHaveLength(1);
    expect(existsSync(leftover)).toBe(false);
  });
});

import { randomUUID } from 'node:crypto';
import pg from 'pg';
import supertest from 'supertest';
import { createPanel } from '../../admin/index.ts';
import { startJobs } from '../../jobs/agenda.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { createSystemCtx } from '../../src/core/ctx.ts';
import { type Dispatcher, startDispatcher } from '../../src/events/dispatcher.ts';
import type { Queue } from '../../src/queue.ts';
import { type ApiServer, startServer } from '../../src/server.ts';
import { openSystem, type System } from '../../src/system.ts';
import { type Caller, createCaller, type RoleName } from './caller.ts';

/** A whole installation on a database of its own: REST, sockets and dispatcher on a real port. */
export interface TestApp {
  system: System;
  server: ApiServer;
  queue: Queue;
  url: string;
  /** Requests without a token. */
  anonymous: ReturnType<typeof supertest>;
  /** A new user of this role with a session, for requests in their name. */
  createCaller(role: RoleName, options?: { team_id?: string }): Promise<Caller>;
  close(): Promise<void>;
}

/** Clones the template database and starts an installation on it. `env` overrides the configuration. */
export async function openTestApp(env: NodeJS.ProcessEnv = {}, options: { panel?: boolean } = {}): Promise<TestApp> {
  const { url: databaseUrl, drop } = await cloneTemplate();
  const config = testConfig(databaseUrl, env);
  const system = await openSystem(config, { name: 'test', isMigrating: false });
  const worker = await startJobs(system, { queues: [], realtime: () => server.realtime });
  const panel = options.panel ? await createPanel(system, worker) : undefined;
  const server: ApiServer = await startServer(system, { host: '127.0.0.1', port: 0, queue: worker, panel });
  const dispatcher: Dispatcher = startDispatcher(system, system.notices, server.realtime, worker);
  const url = `http://127.0.0.1:${server.port}`;
  return {
    system,
    server,
    queue: worker,
    url,
    anonymous: supertest(url),
    createCaller: (role, options) => createCaller(createSystemCtx(system), system.keys, url, role, options),
    async close() {
      await dispatcher.stop();
      await server.stop();
      await worker.stop();
      await system.close();
      await drop();
    },
  };
}

/** The configuration of the tests: limits out of the way, client addresses from X-Forwarded-For. */
export function testConfig(databaseUrl: string, env: NodeJS.ProcessEnv = {}): Config {
  return parseConfig({
    NODE_ENV: 'test',
    DATABASE_URL: databaseUrl,
    DATA_DIR: process.env.TEST_DATA_DIR,
    SECRET_KEY: 'a key for tests that is long enough to be one',
    LOG_LEVEL: 'error',
    RATE_LIMIT_SCALE: '10000',
    TRUST_PROXY: '1',
    DATABASE_POOL_SIZE: '10',
    ...env,
  });
}

/** A new database that is a copy of the migrated template, which takes some 50 ms. */
export async function cloneTemplate(): Promise<{ url: string; drop: () => Promise<void> }> {
  const template = new URL(process.env.TEST_DATABASE_URL ?? '');
  const source = template.pathname.slice(1);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = new URL(template);
  admin.pathname = '/postgres';
  await runSql(admin.href, `CREATE DATABASE ${name} TEMPLATE "${source}"`);
  const own = new URL(template);
  own.pathname = `/${name}`;
  return { url: own.href, drop: () => runSql(admin.href, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function runSql(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } catch (error) {
    // Two test files that clone at the same moment stand in one another's way.
    if ((error as { code?: string }).code !== '55006') throw error;
    await new Promise((resolve) => setTimeout(resolve, 50));
    await client.query(text);
  } finally {
    await client.end();
  }
}

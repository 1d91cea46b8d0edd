import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { HOST, launchServer, openCluster } from '../../src/core/embedded-postgres-cluster.ts';
import { findPostgresHome, run } from '../../src/core/embedded-postgres-home.ts';
import { readRows } from './rows.ts';

/** A PostgreSQL that nobody looks after, as an external DATABASE_URL is one; a test may take it away. */
export interface ExternalPostgres {
  url: string;
  query(text: string): Promise<Record<string, unknown>[]>;
  /** Cuts every other connection at once. */
  cutConnections(): Promise<void>;
  /** Ends at once, as after a crash. */
  halt(): Promise<void>;
  launch(): Promise<void>;
  remove(): Promise<void>;
}

export async function openExternalPostgres(): Promise<ExternalPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'mycrm-external-'));
  await chmod(folder, 0o755);
  const log = () => undefined;
  const cluster = await openCluster(await findPostgresHome(folder, log), log);
  const settings = { fsync: 'off' };
  let client: pg.Client = await launchServer(cluster, { settings, log });
  const { port } = client;
  await client.query('CREATE DATABASE external');
  await client.end();
  const url = `postgres://postgres:${cluster.password}@${HOST}:${port}/external`;
  const stop = (mode: string) =>
    run(cluster.pgCtl, ['stop', '-D', cluster.data, '-m', mode, '-w'], cluster.runAs).then(() => undefined);
  return {
    url,
    query: (text) => readRows(url, text),
    async cutConnections() {
      await readRows(
        url,
        'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()',
      );
    },
    halt: () => stop('immediate'),
    async launch() {
      client = await launchServer(cluster, { settings, log, port });
      await client.end();
    },
    async remove() {
      await stop('fast');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

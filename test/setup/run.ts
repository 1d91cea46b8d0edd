import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseConfig } from '../../src/config.ts';
import { createSystemCtx } from '../../src/core/ctx.ts';
import { startEmbeddedPostgres } from '../../src/core/embedded-postgres.ts';
import { ensureDefaultPipeline } from '../../src/pipelines/default-pipeline.ts';
import { initializeRoles } from '../../src/roles/initialize-roles.ts';
import { openSystem } from '../../src/system.ts';

/**
 * Starts PostgreSQL, makes one migrated template database and runs Jest, whose test files clone the template. With
 * TEST_DATABASE_URL it uses that server instead; the database that it names becomes the template.
 */
const folder = mkdtempSync(join(tmpdir(), 'mycrm-test-'));
const given = process.env.TEST_DATABASE_URL;
const postgres = given
  ? null
  : await startEmbeddedPostgres({
      dataDir: folder,
      database: 'mycrm_template',
      log: () => undefined,
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' },
    });
const url = given ?? postgres?.url ?? '';

async function run(): Promise<number> {
  const config = parseConfig({ NODE_ENV: 'test', DATABASE_URL: url, DATA_DIR: folder, LOG_LEVEL: 'error' });
  const system = await openSystem(config, { name: 'template' });
  await initializeRoles(createSystemCtx(system));
  await ensureDefaultPipeline(createSystemCtx(system));
  await system.close();
  const jest = spawn(
    process.execPath,
    ['--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: { ...process.env, NODE_ENV: 'test', TEST_DATABASE_URL: url, TEST_DATA_DIR: folder },
    },
  );
  return new Promise((resolve) => jest.on('exit', (code) => resolve(code ?? 1)));
}

try {
  process.exitCode = await run();
} finally {
  await postgres?.stop();
  rmSync(folder, { recursive: true, force: true });
}

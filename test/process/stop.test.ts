import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { cloneTemplate } from '../support/app.ts';
import { findFreePort, startMain } from '../support/main-process.ts';

test('a client that never finishes its request holds a stop up for ten seconds at most', async () => {
  const database = await cloneTemplate();
  const dataDir = await mkdtemp(join(tmpdir(), 'mycrm-stop-'));
  const port = await findFreePort();
  const main = startMain({ dataDir, port, env: { DATABASE_URL: database.url } });
  await main.waitUntilReady();
  const client = connect(port, '127.0.0.1');
  await once(client, 'connect');
  client.write('POST /api/v1/auth/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{');
  client.on('error', () => undefined);
  await new Promise((resolve) => setTimeout(resolve, 200));
  const asked = Date.now();
  main.child.kill('SIGTERM');
  expect(await main.exit).toBe(0);
  expect(Date.now() - asked).toBeLessThan(15_000);
  await database.drop();
  await rm(dataDir, { recursive: true });
}, 60_000);

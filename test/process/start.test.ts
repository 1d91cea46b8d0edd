import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

/** One `main.ts` as a process of its own, on embedded PostgreSQL. */
interface Started {
  child: ChildProcess;
  output: () => string;
  exit: Promise<number | null>;
}

let folder: string;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mycrm-start-'));
  port = await findFreePort();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function start(env: NodeJS.ProcessEnv = {}): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'development',
      DATA_DIR: folder,
      PORT: String(port),
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  return { child, output: () => output, exit: new Promise((resolve) => child.once('exit', resolve)) };
}

async function waitUntilReady(started: Started): Promise<void> {
  for (let tries = 0; tries < 250; tries += 1) {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/ready/`).catch(() => null);
    if (answer?.status === 200) return;
    if (started.child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`not ready:\n${started.output()}`);
}

async function signIn(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/auth/login/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'admin@mycrm.example', password: 'demo-Passw0rd!' }),
  });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { access: string }).access;
}

async function isPostgresRunning(): Promise<boolean> {
  const pid = Number(
    (await readFile(join(folder, 'postgres/cluster/data/postmaster.pid'), 'utf8').catch(() => '0')).split('\n')[0],
  );
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

describe('npm start', () => {
  test('starts on nothing, lets the demo accounts in, recovers from kill -9 and stops whole', async () => {
    const first = start();
    await waitUntilReady(first);
    const access = await signIn();
    const created = await fetch(`http://127.0.0.1:${port}/api/v1/contacts/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access}` },
      body: JSON.stringify({ first_name: 'Before', last_name: 'Kill' }),
    });
    const { id } = (await created.json()) as { id: string };
    first.child.kill('SIGKILL');
    await first.exit;

    const second = start();
    await waitUntilReady(second);
    // The session outlives the kill, because outside production the key is kept beside the data.
    const read = await fetch(`http://127.0.0.1:${port}/api/v1/contacts/${id}/`, {
      headers: { authorization: `Bearer ${access}` },
    });
    expect(read.status).toBe(200);
    expect(second.output()).toContain('admin@mycrm.example');

    const third = start();
    expect(await third.exit).toBe(1);
    expect(third.output()).toContain(`Port ${port} is taken`);

    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
    expect(await isPostgresRunning()).toBe(false);
  }, 90_000);

  test('says everything that is wrong with the configuration at once', async () => {
    const started = start({ NODE_ENV: 'production', PORT: 'many', TIME_ZONE: 'Mars/Olympus' });
    expect(await started.exit).toBe(1);
    expect(started.output()).toContain('PORT');
    expect(started.output()).toContain('TIME_ZONE');
    expect(started.output()).toContain('SECRET_KEY');
  });
});

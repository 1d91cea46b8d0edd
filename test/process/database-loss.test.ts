import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { type ExternalPostgres, openExternalPostgres } from '../support/external-postgres.ts';
import { findFreePort, type MainProcess, startMain } from '../support/main-process.ts';
import { closeSockets, connectSocket, nextEvent } from '../support/socket.ts';

const BACK_MS = 15_000;
const folders: string[] = [];
const processes: MainProcess[] = [];

afterEach(async () => {
  closeSockets();
  for (const each of processes.splice(0)) {
    each.child.kill('SIGTERM');
    await each.exit;
  }
});
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function openFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mycrm-loss-'));
  folders.push(folder);
  return folder;
}

function start(...args: Parameters<typeof startMain>): MainProcess {
  const started = startMain(...args);
  processes.push(started);
  return started;
}

interface SignedIn {
  access: string;
  user: { id: string };
}

async function signIn(main: MainProcess, name: string): Promise<SignedIn> {
  const answer = await main.request('/api/v1/auth/login/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@mycrm.example`, password: 'demo-Passw0rd!' }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as SignedIn;
}

const call = (main: MainProcess, { access }: SignedIn, path: string, body?: object) =>
  main.request(`/api/v1${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${access}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });

async function readStatus(main: MainProcess, as: SignedIn): Promise<number> {
  const answer = await call(main, as, '/contacts/');
  await answer.text();
  return answer.status;
}

/** An event that notifies: an administrator gives a role. */
async function giveRole(main: MainProcess, admin: SignedIn, userId: string, role: string): Promise<void> {
  const { results } = (await (await call(main, admin, `/settings/roles/?name=${role}`)).json()) as {
    results: { id: string }[];
  };
  const given = await call(main, admin, '/settings/role-assignments/', { role_id: results[0]?.id, user_id: userId });
  expect(given.status).toBe(201);
}

describe('without its database', () => {
  let postgres: ExternalPostgres;
  beforeAll(async () => {
    postgres = await openExternalPostgres();
  });
  afterAll(() => postgres.remove());

  async function runSchedule(): Promise<void> {
    await postgres.query("UPDATE agenda_jobs SET next_run_at = now(), last_finished_at = NULL WHERE type = 'single'");
    const isDone = () => postgres.query("SELECT FROM agenda_jobs WHERE type = 'single' AND last_finished_at IS NULL");
    expect(await eventually(isDone, (waiting) => waiting.length === 0, BACK_MS)).toEqual([]);
  }

  test('an API and a worker answer 503, live on, and take up everything when it is back', async () => {
    const [port, dataDir] = [await findFreePort(), await openFolder()];
    const env = { DATABASE_URL: postgres.url };
    const api = start({ dataDir, port, env, args: ['api'] });
    await api.waitUntilReady();
    // Events are dispatched and jobs run in the worker, so a notification crosses from one process to the other.
    const worker = start({ dataDir, port, env, args: ['worker'] });
    await eventually(
      async () => worker.output(),
      (text) => text.includes('works off'),
      BACK_MS,
    );
    const [admin, viewer] = [await signIn(api, 'admin'), await signIn(api, 'viewer')];
    const socket = await connectSocket(`http://127.0.0.1:${port}`, viewer.access);
    const proveAll = async (role: string) => {
      expect(
        await eventually(
          () => readStatus(api, admin),
          (status) => status === 200,
          BACK_MS,
        ),
      ).toBe(200);
      const countListeners = async () => {
        const rows = await postgres.query("SELECT FROM pg_stat_activity WHERE query LIKE 'LISTEN%'");
        return rows.length;
      };
      // Notices and sockets of both, jobs of the worker; what is sent before somebody listens is heard by nobody.
      expect(await eventually(countListeners, (count) => count === 5, BACK_MS)).toBe(5);
      const arrived = nextEvent<{ title: string }>(socket, 'notification', BACK_MS);
      await giveRole(api, admin, viewer.user.id, role);
      expect((await arrived).title).toBe('Role Updated');
      await runSchedule();
      expect([api.child.exitCode, worker.child.exitCode, socket.connected]).toEqual([null, null, true]);
    };

    await proveAll('guest');
    await postgres.cutConnections();
    await proveAll('sales_rep');
    await postgres.cutConnections();
    await postgres.cutConnections();
    await postgres.halt();
    const refused = await call(api, admin, '/contacts/');
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '2']);
    expect((await api.request('/api/v1/ready/')).status).toBe(503);
    expect((await api.request('/api/v1/live/')).status).toBe(200);
    // Long enough for every timer of every part to have tried in vain.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    await postgres.launch();
    await proveAll('manager');
  }, 120_000);
});

test('the embedded PostgreSQL is started again when it is killed, and stops with us all the same', async () => {
  const [port, dataDir] = [await findFreePort(), await openFolder()];
  const main = start({ dataDir, port });
  await main.waitUntilReady();
  const [admin, viewer] = [await signIn(main, 'admin'), await signIn(main, 'viewer')];
  const socket = await connectSocket(`http://127.0.0.1:${port}`, viewer.access);
  const readPid = async () => {
    const file = await readFile(join(dataDir, 'postgres/cluster/data/postmaster.pid'), 'utf8').catch(() => '');
    return Number(file.split('\n')[0]);
  };
  const killed = await readPid();
  process.kill(killed, 'SIGKILL');
  expect(
    await eventually(
      () => readStatus(main, admin),
      (status) => status === 200,
      BACK_MS,
    ),
  ).toBe(200);
  expect(await readPid()).not.toBe(killed);
  const readLog = async () => main.output();
  expect(await eventually(readLog, (text) => text.includes('PostgreSQL is back'))).toContain('PostgreSQL is back');
  const arrived = nextEvent<{ title: string }>(socket, 'notification', BACK_MS);
  await giveRole(main, admin, viewer.user.id, 'sales_rep');
  expect((await arrived).title).toBe('Role Updated');

  main.child.kill('SIGTERM');
  expect(await main.exit).toBe(0);
  expect(await readPid()).toBe(0);
}, 60_000);

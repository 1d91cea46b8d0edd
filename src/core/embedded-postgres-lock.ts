import { randomUUID } from 'node:crypto';
import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const HEARTBEAT_MS = 1_000;
/** No heartbeat for so long: the holder is gone, wherever it ran (another container may share the folder). */
const STALE_AFTER_MS = 15_000;
const GIVE_UP_AFTER_MS = 180_000;

/** Tokens of the locks this process holds now: tells them from those an earlier process with our pid left behind. */
const held = new Set<string>();

/**
 * Runs `work` while the file `path` is ours; others wait. A lock whose holder was killed is taken over.
 * It saves work rather than the data: PostgreSQL's own interlock and the atomic rename in `createCluster`
 * keep the cluster whole even if two holders ever got through.
 */
export async function withFileLock<T>(path: string, work: () => Promise<T>): Promise<T> {
  const token = randomUUID();
  held.add(token);
  try {
    await takeLock(path, JSON.stringify({ host: hostname(), pid: process.pid, token }));
    const heartbeat = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => {}), HEARTBEAT_MS);
    try {
      return await work();
    } finally {
      clearInterval(heartbeat);
      await rm(path, { force: true });
    }
  } finally {
    held.delete(token);
  }
}

async function takeLock(path: string, content: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  while (Date.now() < deadline) {
    try {
      return await writeFile(path, content, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    if (await isStale(path)) await rm(path, { force: true });
    else await sleep(50);
  }
  throw new Error(`${path} has been held by another process for ${GIVE_UP_AFTER_MS / 1000} s`);
}

async function isStale(path: string): Promise<boolean> {
  try {
    if (Date.now() - (await stat(path)).mtimeMs > STALE_AFTER_MS) return true;
    const holder = JSON.parse(await readFile(path, 'utf8')) as { host: string; pid: number; token: string };
    if (holder.host !== hostname()) return false;
    if (holder.pid === process.pid) return !held.has(holder.token);
    return !isAlive(holder.pid);
  } catch {
    return false; // released in this moment, or not yet written
  }
}

/** A process of another user counts as alive. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

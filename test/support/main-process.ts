import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

export interface MainOptions {
  dataDir: string;
  port: number;
  env?: NodeJS.ProcessEnv;
  /** After `main.ts`. */
  args?: string[];
}

/** One `main.ts` as a process of its own, on embedded PostgreSQL. */
export interface MainProcess {
  child: ChildProcess;
  /** Relative to the root of the server. */
  request(path: string, init?: RequestInit): Promise<Response>;
  output(): string;
  /** The exit code. */
  exit: Promise<number | null>;
  waitUntilReady(): Promise<void>;
}

export function startMain({ dataDir, port, env = {}, args = [] }: MainOptions): MainProcess {
  const main = ['--import', 'tsx', 'src/main.ts', ...args];
  return watch(spawn(process.execPath, main, { env: environment(dataDir, port, env) }), port);
}

/** `npm start`, in a process group of its own as a terminal makes one. */
export function startNpm({ dataDir, port }: MainOptions): MainProcess {
  const env = { ...environment(dataDir, port, {}), HOME: process.env.HOME };
  return watch(spawn('npm', ['start'], { env, detached: true }), port);
}

function environment(dataDir: string, port: number, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PATH } = process.env;
  return { PATH, NODE_ENV: 'development', DATA_DIR: dataDir, PORT: String(port), LOG_LEVEL: 'warn', ...env };
}

function watch(child: ChildProcess, port: number): MainProcess {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const request = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init);
  return {
    child,
    request,
    output: () => output,
    exit: new Promise((resolve) => child.once('close', resolve)),
    async waitUntilReady() {
      for (let tries = 0; tries < 600 && child.exitCode === null; tries += 1) {
        const answer = await request('/api/v1/ready/').catch(() => null);
        if (answer?.status === 200) return;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(`not ready:\n${output}`);
    },
  };
}

/** A port that was free a moment ago. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Whether the embedded PostgreSQL of this folder runs. */
export async function isPostgresRunning(folder: string): Promise<boolean> {
  const file = join(folder, 'cluster/data/postmaster.pid');
  const [pid] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return pid ? isAlive(Number(pid)) : false;
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';

export interface ScriptResult {
  code: number | null;
  /** Lines of standard output, without the empty ones. */
  lines: string[];
  errors: string;
}

/** Runs a script of package.json in a process of its own, on the database at `databaseUrl`. */
export async function runScript(
  name: string,
  args: readonly string[],
  options: { databaseUrl?: string; env?: NodeJS.ProcessEnv; input?: string } = {},
): Promise<ScriptResult> {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const [program = '', ...fixed] = (scripts[name] ?? '').split(' ');
  if (program !== 'node') throw new Error(`npm run ${name} is not a node script.`);
  const { NODE_OPTIONS: _options, ...inherited } = process.env;
  const child = spawn(process.execPath, [...fixed, ...args], {
    env: {
      ...inherited,
      DATABASE_URL: options.databaseUrl ?? 'postgres://nobody@127.0.0.1:1/none',
      DATA_DIR: process.env.TEST_DATA_DIR,
      ...options.env,
    },
  });
  child.stdin.end(options.input ?? '');
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [code, output, errors] = await Promise.all([closed, text(child.stdout), text(child.stderr)]);
  return { code, lines: output.split('\n').filter(Boolean), errors: errors.trim() };
}

import { type ParseArgsConfig, parseArgs } from 'node:util';
import { type Config, loadConfig } from '../src/config.ts';
import { type Ctx, createSystemCtx } from '../src/core/ctx.ts';
import { openSystem, type System } from '../src/system.ts';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The flags of a script. Throws on an unknown one, naming those that there are. */
export function readFlags<const O extends Options>(options: O) {
  return parse({ options, strict: true }).values;
}

/** The one word that a script is given beside its flags. Throws where it is missing. */
export function readWord(meaning: string): string {
  const { positionals } = parse({ options: {}, strict: true, allowPositionals: true });
  const [word, ...more] = positionals;
  if (!word || more.length > 0) throw new Error(`Give ${meaning}, and nothing else.`);
  return word;
}

function parse<const C extends ParseArgsConfig>(config: C) {
  try {
    return parseArgs(config);
  } catch (error) {
    const known = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    const [what = ''] = (error as Error).message.split('. ');
    throw new Error(`${what}. ${known.length > 0 ? `There is ${known.join(', ')}.` : 'There are no options.'}`);
  }
}

/** Runs a script: prints what went wrong and exits with 1 when it fails. */
export async function runScript(work: () => Promise<void> | void): Promise<void> {
  // `npm run routes | head` reads as much as it wants.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  try {
    await work();
  } catch (error) {
    console.error(explain(error));
    process.exitCode = 1;
  }
}

/** One that gathers the failures of several addresses has a code but no message. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
}

/** Opens the installation for `work`, which acts as the system, and closes it again. */
export async function withSystem<T>(
  name: string,
  work: (ctx: Ctx, system: System) => Promise<T>,
  options: { config?: Config; isMigrating?: boolean } = {},
): Promise<T> {
  const system = await openSystem(options.config ?? loadScriptConfig(), { name, isMigrating: options.isMigrating });
  try {
    return await work(createSystemCtx(system), system);
  } finally {
    await system.close();
  }
}

/** The configuration, with a log that leaves the terminal to what the script prints. */
export function loadScriptConfig(): Config {
  return loadConfig({ LOG_LEVEL: 'error' });
}

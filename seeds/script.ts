import { type ParseArgsConfig, parseArgs } from 'node:util';

type Options = NonNullable<ParseArgsConfig['options']>;

/** The flags of a script. Throws on an unknown one. */
export function readFlags<const O extends Options>(options: O) {
  return parseArgs({ options, strict: true }).values;
}

/** Runs a script: prints what went wrong in one line and exits with 1 when it fails. */
export async function runScript(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

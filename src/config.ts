import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const flag = (fallback: boolean) =>
  z
    .enum(['true', 'false', '1', '0', 'yes', 'no', 'on', 'off'])
    .default(fallback ? 'true' : 'false')
    .transform((word) => ['true', '1', 'yes', 'on'].includes(word));

const list = z
  .string()
  .optional()
  .transform((text) =>
    Object.freeze(
      (text ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean),
    ),
  );

/** Origins are compared letter for letter, so one that no browser would send is a mistake to be told of. */
const origins = list
  .transform((given) => Object.freeze(given.map((origin) => origin.replace(/\/$/, ''))))
  .refine(
    (given) => given.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    'is a comma list of origins such as https://app.example',
  );

/** It stands in the README, so in production it opens nothing. */
export const PUBLIC_DEMO_PASSWORD = 'demo-Passw0rd!';

/** LIST of every environment variable. `.env.example` shows the same names; a test holds them together. */
const environment = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  HOST: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65535).default(8000),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(2).max(200).default(20),
  DATA_DIR: z.string().default('./var'),
  MONGODB_URL: z.url({ protocol: /^mongodb(\+srv)?$/ }).optional(),
  CACHE_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  SECRET_KEY: z.string().optional(),
  DEBUG: flag(false),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).optional(),
  FRONTEND_URL: z.url().default('http://localhost:3000'),
  ALLOWED_HOSTS: list,
  CORS_ALLOWED_ORIGINS: origins,
  TRUST_PROXY: z.coerce.number().int().min(0).max(10).default(0),
  TIME_ZONE: z.string().default('UTC').refine(isTimeZone, 'is not an IANA time zone'),
  REGISTRATION_MODE: z.enum(['open', 'invite', 'closed']).optional(),
  REFRESH_ROTATION: z.enum(['on', 'off']).default('on'),
  DEFAULT_ROLE: z.enum(['manager', 'sales_rep', 'viewer', 'guest']).default('sales_rep'),
  RATE_LIMIT_SCALE: z.coerce.number().positive().max(1_000_000).optional(),
  METRICS_TOKEN: z.string().min(16).optional(),
  DEMO_PASSWORD: z.string().min(8).max(128).default(PUBLIC_DEMO_PASSWORD),
  EMAIL_HOST: z.string().optional(),
  EMAIL_PORT: z.coerce.number().int().min(1).max(65535).default(587),
  EMAIL_HOST_USER: z.string().optional(),
  EMAIL_HOST_PASSWORD: z.string().optional(),
  EMAIL_USE_TLS: flag(true),
  DEFAULT_FROM_EMAIL: z.string().default('MyCRM <noreply@mycrm.example>'),
});

type Environment = z.output<typeof environment>;

export interface Config extends Readonly<Environment> {
  readonly HOST: string;
  readonly SECRET_KEY: string;
  readonly LOG_LEVEL: NonNullable<Environment['LOG_LEVEL']>;
  readonly REGISTRATION_MODE: 'open' | 'invite' | 'closed';
  readonly RATE_LIMIT_SCALE: number;
  readonly is_production: boolean;
  readonly version: string;
}

/** The names of every variable that `parseConfig` reads. */
export const ENVIRONMENT_VARIABLES = Object.keys(environment.shape);

/** Thrown by `parseConfig`; `faults` holds a line for each variable that is wrong. */
export class ConfigError extends Error {
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`The configuration is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** Parses the environment into one frozen object. An empty variable counts as unset. Throws {@link ConfigError}. */
export function parseConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  const faults = parsed.success ? [] : parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const isProduction = given.NODE_ENV === 'production';
  if (isProduction && (given.SECRET_KEY ?? '').length < 32) {
    faults.push('SECRET_KEY: must be set to at least 32 characters in production');
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);

  const values = parsed.data;
  return Object.freeze({
    ...values,
    SECRET_KEY: values.SECRET_KEY ?? randomBytes(32).toString('base64url'),
    // Somebody who started it by hand wants to read the addresses, not a line for each request.
    LOG_LEVEL: values.LOG_LEVEL ?? (process.stdout.isTTY ? 'warn' : 'info'),
    // Outside production there are demo accounts with a known password, which no other machine should reach.
    HOST: values.HOST ?? (isProduction ? '0.0.0.0' : '127.0.0.1'),
    REGISTRATION_MODE: values.REGISTRATION_MODE ?? (isProduction ? 'invite' : 'open'),
    RATE_LIMIT_SCALE: values.RATE_LIMIT_SCALE ?? (isProduction ? 1 : 10),
    CORS_ALLOWED_ORIGINS: values.CORS_ALLOWED_ORIGINS.length
      ? values.CORS_ALLOWED_ORIGINS
      : Object.freeze([new URL(values.FRONTEND_URL).origin]),
    is_production: isProduction,
    version: process.env.npm_package_version ?? '0.1.0',
  });
}

/** Reads `.env` in the working folder, if there is one, beneath the real environment. */
export function loadConfig(overrides: NodeJS.ProcessEnv = {}): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig({ ...process.env, ...overrides });
  return process.env.SECRET_KEY ? config : Object.freeze({ ...config, SECRET_KEY: keepSecretKey(config.DATA_DIR) });
}

// Outside production a key that changed at each start would sign everybody out, so one is kept beside the data.
function keepSecretKey(dataDir: string): string {
  const file = join(dataDir, 'secret_key');
  mkdirSync(dataDir, { recursive: true });
  try {
    writeFileSync(file, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return readFileSync(file, 'utf8');
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

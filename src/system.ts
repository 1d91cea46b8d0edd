import type { AuthDeps } from './auth/auth.service.ts';
import { PrincipalCache } from './auth/principal-cache.ts';
import { deriveKeys, type Keys } from './auth/tokens.ts';
import type { Config } from './config.ts';
import type { CtxDeps } from './core/ctx.ts';
import { type Database, openDatabase } from './core/database.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from './core/embedded-postgres.ts';
import { createLogger, type Logger } from './core/logger.ts';
import { migrate } from './core/migrate.ts';
import { type Notices, openNotices } from './core/notices.ts';
import { SharedCounters } from './core/shared-counters.ts';
import { CustomFieldCache } from './custom-fields/custom-field-cache.ts';
import { explainUnreachable } from './database-reach.ts';
import { entities } from './entities.ts';
import { migrations } from './migrations/index.ts';
import { findSavedView } from './saved-views/saved-view.service.ts';

/** The parts that every process of an installation has, whatever it serves. */
export interface System extends CtxDeps {
  config: Config;
  databaseUrl: string;
  database: Database;
  /** Where the PostgreSQL that we run ourselves keeps its data. */
  dataFolder: string | null;
  logger: Logger;
  notices: Notices;
  keys: Keys;
  principals: PrincipalCache;
  counters: SharedCounters;
  auth: AuthDeps;
  close(): Promise<void>;
}

export interface SystemOptions {
  /** Shown in `pg_stat_activity`. */
  name: string;
  logger?: Logger;
  /** Off for scripts that only look. */
  isMigrating?: boolean;
}

/** Starts PostgreSQL where none is named, connects, migrates and opens what all processes share. */
export async function openSystem(config: Config, options: SystemOptions): Promise<System> {
  const logger = options.logger ?? createLogger(config.LOG_LEVEL);
  const embedded = config.DATABASE_URL ? null : await startPostgres(config, logger);
  const databaseUrl = config.DATABASE_URL ?? embedded?.url ?? '';
  const name = `mycrm-${options.name}`;
  let database: Database | null = null;
  try {
    database = await openDatabase({
      url: databaseUrl,
      entities,
      migrations,
      poolSize: config.DATABASE_POOL_SIZE,
      applicationName: name,
      onIdleError: (error) => logger.warn({ err: error }, 'an idle database connection failed'),
    }).catch((error) => {
      throw config.DATABASE_URL ? explainUnreachable(config.DATABASE_URL, error) : error;
    });
    if (options.isMigrating !== false) {
      const ran = await migrate(database);
      if (ran.length > 0) logger.info({ migrations: ran }, 'migrated');
    }
    return assemble(config, { database, databaseUrl, embedded, logger, name });
  } catch (error) {
    await database?.close();
    await embedded?.stop();
    throw error;
  }
}

interface Parts {
  database: Database;
  databaseUrl: string;
  embedded: EmbeddedPostgres | null;
  logger: Logger;
  name: string;
}

async function assemble(config: Config, parts: Parts): Promise<System> {
  const { database, databaseUrl, embedded, logger, name } = parts;
  const notices = await openNotices({ database, url: databaseUrl, applicationName: `${name}-notices`, logger });
  const keys = deriveKeys(config.SECRET_KEY);
  const counters = new SharedCounters(database, logger);
  const customFields = new CustomFieldCache(database, notices, logger);
  await customFields.ready();
  return {
    config,
    databaseUrl,
    database,
    dataFolder: embedded?.dataFolder ?? null,
    logger,
    notices,
    keys,
    signatureKey: keys.cursor,
    customFields,
    savedLists: { find: findSavedView },
    principals: new PrincipalCache(database, notices),
    counters,
    auth: { keys, counters, config },
    async close() {
      await counters.stop();
      await notices.close();
      await database.close();
      await embedded?.stop();
    },
  };
}

function startPostgres(config: Config, logger: Logger): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: config.DATA_DIR,
    log: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
  });
}

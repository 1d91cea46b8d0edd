import { parseArgs } from 'node:util';
import { createPanel } from '../admin/index.ts';
import { startJobs, type Worker } from '../jobs/agenda.ts';
import { ensureDemoAccountsAndData } from '../seeds/demo.ts';
import { printBanner } from './banner.ts';
import { type Config, loadConfig } from './config.ts';
import { createSystemCtx } from './core/ctx.ts';
import { createRealtimeEmitter } from './core/realtime-emitter.ts';
import { type Dispatcher, startDispatcher } from './events/dispatcher.ts';
import { QUEUES, type QueueName } from './queue.ts';
import { initializeRoles } from './roles/initialize-roles.ts';
import { type ApiServer, startServer } from './server.ts';
import { openSystem, type System } from './system.ts';

type Role = 'all' | 'api' | 'worker';

interface Running {
  system: System;
  worker: Worker | null;
  dispatcher: Dispatcher | null;
  server: ApiServer | null;
}

/** `main.ts [all|api|worker] [--queues a,b]` */
function readArguments(): { role: Role; queues: readonly QueueName[] } {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { queues: { type: 'string' } } });
  const role = positionals[0] ?? 'all';
  if (role !== 'all' && role !== 'api' && role !== 'worker')
    throw new Error(`No role ${role}: give all, api or worker.`);
  const queues = values.queues === undefined ? QUEUES : values.queues.split(',');
  const unknown = queues.filter((name) => !(QUEUES as readonly string[]).includes(name));
  if (unknown.length > 0) throw new Error(`No queue ${unknown.join(', ')}: give some of ${QUEUES.join(', ')}.`);
  return { role, queues: role === 'api' ? [] : (queues as QueueName[]) };
}

async function start(config: Config): Promise<Running> {
  const { role, queues } = readArguments();
  const system = await openSystem(config, { name: role });
  const running: Running = { system, worker: null, dispatcher: null, server: null };
  try {
    const ctx = createSystemCtx(system);
    await initializeRoles(ctx);
    const demo = config.is_production ? null : await ensureDemoAccountsAndData(ctx, config);
    const worker = await startJobs(system, { queues });
    running.worker = worker;
    if (role !== 'worker') running.server = await listen(system, worker, await createPanel(system, worker));
    if (role !== 'api') {
      const emitter = running.server?.realtime ?? createRealtimeEmitter(system.database.pool);
      running.dispatcher = startDispatcher(system, system.notices, emitter);
    }
    if (running.server) printBanner(config, running.server.port, demo?.accounts ?? []);
    return running;
  } catch (error) {
    await stop(running);
    throw error;
  }
}

function listen(system: System, worker: Worker, panel: Awaited<ReturnType<typeof createPanel>>) {
  const { HOST: host, PORT: port } = system.config;
  return startServer(system, { host, port, panel, queue: worker });
}

/** In this order nothing that is under way loses what it stands on. */
async function stop(running: Running): Promise<void> {
  await running.server?.stop();
  await running.worker?.stop();
  await running.dispatcher?.stop();
  await running.system.close();
}

function explainStart(error: unknown, config?: Config): string {
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return `Port ${config?.PORT} is taken by another process. Stop it or set PORT.`;
  }
  return error instanceof Error ? error.message : String(error);
}

let config: Config | undefined;
try {
  config = loadConfig();
  const running = await start(config);
  const { logger } = running.system;
  const end = async (exitCode: number) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.removeAllListeners(signal).once(signal, () => process.exit(130));
    await stop(running).catch((error) => logger.error({ err: error }, 'the stop was not clean'));
    process.exit(exitCode);
  };
  process.once('SIGINT', () => void end(0));
  process.once('SIGTERM', () => void end(0));
  for (const fault of ['uncaughtException', 'unhandledRejection'] as const) {
    process.once(fault, (error) => {
      logger.fatal({ err: error }, fault);
      void end(1);
    });
  }
} catch (error) {
  console.error(explainStart(error, config));
  process.exit(1);
}

import { parseArgs } from 'node:util';
import { createPanel } from '../admin/index.ts';
import { startJobs, type Worker } from '../jobs/agenda.ts';
import { ensureDemoAccountsAndData } from '../seeds/demo.ts';
import { suspendOpenDemoAccounts } from '../seeds/demo-lockout.ts';
import { printBanner, printWorkerBanner } from './banner.ts';
import { type Config, loadConfig } from './config.ts';
import { type Ctx, createSystemCtx } from './core/ctx.ts';
import { createRealtimeEmitter, type ProcessEmitter } from './core/realtime-emitter.ts';
import { type Dispatcher, startDispatcher } from './events/dispatcher.ts';
import { runProcess } from './life-cycle.ts';
import { openListener } from './listener.ts';
import { ensureDefaultPipeline } from './pipelines/default-pipeline.ts';
import { QUEUES, type QueueName } from './queue.ts';
import { initializeRoles } from './roles/initialize-roles.ts';
import { type ApiServer, serve } from './server.ts';
import { openSystem, type System } from './system.ts';

const ROLES = ['all', 'api', 'worker'] as const;

/** What has been started so far. */
const running: {
  system?: System;
  worker?: Worker;
  server?: ApiServer;
  emitter?: ProcessEmitter;
  dispatcher?: Dispatcher;
} = {};

/** `main.ts [all|api|worker] [--queues a,b]` */
function readArguments() {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { queues: { type: 'string' } } });
  const [given = 'all', ...more] = positionals;
  const role = ROLES.find((each) => each === given);
  if (!role || more.length > 0) throw new Error(`No role ${positionals.join(' ')}: give one of ${ROLES.join(', ')}.`);
  const queues: QueueName[] = [];
  for (const name of values.queues?.split(',') ?? QUEUES) {
    const queue = QUEUES.find((each) => each === name.trim());
    if (!queue) throw new Error(`No queue ${name}: give some of ${QUEUES.join(', ')}.`);
    queues.push(queue);
  }
  return { role, queues: role === 'api' ? [] : queues };
}

async function start(ended: AbortSignal): Promise<void> {
  const { role, queues } = readArguments();
  const config = loadConfig();
  const listener = role === 'worker' ? null : await openListener(config.HOST, config.PORT).catch(explainPort(config));
  running.system = await openSystem(config, { name: role });
  ended.throwIfAborted();
  const { system } = running;
  const ctx = createSystemCtx(system);
  await initializeRoles(ctx);
  await ensureDefaultPipeline(ctx);
  const demo = config.is_production ? null : await ensureDemoAccountsAndData(ctx, config);
  if (config.is_production) await lockDemoOut(ctx, config);
  ended.throwIfAborted();
  const realtime = () => running.server?.realtime ?? openEmitter(system);
  running.worker = await startJobs(system, { queues, realtime });
  ended.throwIfAborted();
  if (listener) {
    const panel = await createPanel(system, running.worker);
    running.server = serve(system, listener, { panel, queue: running.worker });
  }
  if (role !== 'api') running.dispatcher = startDispatcher(system, system.notices, realtime(), running.worker);
  const { dataFolder } = system;
  if (listener) printBanner(config, { port: listener.port, dataFolder, accounts: demo?.accounts ?? [] });
  else printWorkerBanner(queues);
}

async function lockDemoOut(ctx: Ctx, config: Config): Promise<void> {
  const accounts = await suspendOpenDemoAccounts(ctx, config);
  if (accounts.length === 0) return;
  const remedy = 'make an administrator with create-admin, or start on an empty database';
  ctx.logger.error({ accounts }, `demo accounts with a demo password were suspended, as this is production: ${remedy}`);
}

function openEmitter(system: System): ProcessEmitter {
  running.emitter ??= createRealtimeEmitter({ ...system, pool: system.database.pool });
  return running.emitter;
}

/** In this order nothing that is under way loses what it stands on. A part that fails to stop keeps no other from it. */
async function stop(): Promise<void> {
  const { server, worker, dispatcher, emitter, system } = running;
  for (const end of [server?.stop, worker?.stop, dispatcher?.stop, emitter?.close, system?.close]) {
    await end?.().catch((error) => system?.logger.error({ err: error }, 'the stop was not clean'));
  }
}

function explainPort({ PORT }: Config) {
  return (error: NodeJS.ErrnoException): never => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${PORT} is taken by another process. Stop it or set PORT.`);
  };
}

function report(error: unknown): void {
  if (running.system) {
    running.system.logger.fatal({ err: error }, 'the process ends on a fault');
    return;
  }
  // A refused connection is several errors, one for each address, and has no message of its own.
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  console.error(errors.map((each) => (each instanceof Error ? each.message : String(each))).join('\n'));
}

runProcess({ start, stop, report });

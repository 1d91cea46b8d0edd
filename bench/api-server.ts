import { startJobs, type Worker } from '../jobs/agenda.ts';
import { loadConfig } from '../src/config.ts';
import { type ApiServer, startServer } from '../src/server.ts';
import { openSystem } from '../src/system.ts';

/** The API as it is deployed, every part of a request on; only the limits are scaled out of the way. */
const system = await openSystem(loadConfig(), { name: 'bench' });
const worker: Worker = await startJobs(system, { queues: [], realtime: () => server.realtime });
const server: ApiServer = await startServer(system, { host: '127.0.0.1', port: 0, queue: worker });
console.log(`port ${server.port}`);
process.on('SIGTERM', async () => {
  await server.stop();
  await worker.stop();
  await system.close();
});

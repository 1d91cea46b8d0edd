import { ConfigError, loadConfig } from './config.ts';
import { createSystemCtx } from './core/ctx.ts';
import { initializeRoles } from './roles/initialize-roles.ts';
import { startServer } from './server.ts';
import { openSystem } from './system.ts';

const config = loadConfig();
const system = await openSystem(config, { name: 'all' });
await initializeRoles(createSystemCtx(system));
const server = await startServer(system, { host: config.HOST, port: config.PORT });
console.log(server.port, ConfigError.name);
process.once('SIGTERM', async () => {
  await server.stop();
  await system.close();
});

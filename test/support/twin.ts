import { type ApiServer, startServer } from '../../src/server.ts';
import { openSystem } from '../../src/system.ts';
import { type TestApp, testConfig } from './app.ts';

/** A second process of the same installation, as far as one test process can hold two. */
export interface Twin {
  url: string;
  server: ApiServer;
  close(): Promise<void>;
}

/** Opens another system and server on the database of `app`. They share nothing but that. */
export async function openTwin(app: TestApp, env: NodeJS.ProcessEnv = {}): Promise<Twin> {
  const system = await openSystem(testConfig(app.system.databaseUrl, env), { name: 'twin', isMigrating: false });
  const server = await startServer(system, { host: '127.0.0.1', port: 0, queue: app.queue });
  return {
    url: `http://127.0.0.1:${server.port}`,
    server,
    async close() {
      await server.stop();
      await system.close();
    },
  };
}

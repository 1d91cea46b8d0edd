import { listRoutes } from '../src/api.ts';
import { readFlags, runScript } from './script.ts';
import { printTable } from './table.ts';

/** `npm run routes`: every call of the API with what it needs. Touches no database. */
await runScript(() => {
  readFlags({});
  const routes = listRoutes({ auth: absent('auth'), health: absent('health'), queue: absent('queue') });
  printTable(
    ['METHOD', 'PATH', 'PERMISSION', 'TAG', 'SUMMARY'],
    routes.map(({ method, path, permission, tag, summary }) => [
      method.toUpperCase(),
      `/api/v1${path}`,
      permission,
      tag,
      summary,
    ]),
  );
  console.log(`\n${routes.length} routes`);
});

/** Stands for what handlers are given; nothing may be asked of it while routes are only listed. */
function absent<T extends object>(name: string): T {
  return new Proxy({} as T, {
    get: (_target, property) => {
      throw new Error(`A route reads ${name}.${String(property)} while it is declared; read it in the handler.`);
    },
  });
}

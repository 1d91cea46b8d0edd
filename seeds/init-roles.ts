import { loadConfig } from '../src/config.ts';
import { createSystemCtx } from '../src/core/ctx.ts';
import { initializeRoles } from '../src/roles/initialize-roles.ts';
import { openSystem } from '../src/system.ts';
import { readFlags, runScript } from './script.ts';

/** `npm run init-roles [-- --dry-run|--force]` */
await runScript(async () => {
  const flags = readFlags({ 'dry-run': { type: 'boolean' }, force: { type: 'boolean' } });
  const system = await openSystem(loadConfig({ LOG_LEVEL: 'warn' }), { name: 'init-roles' });
  try {
    const changes = await initializeRoles(createSystemCtx(system), {
      isDryRun: flags['dry-run'],
      isForced: flags.force,
    });
    for (const { name, outcome, fields } of changes) {
      const hint = outcome === 'edited' ? ' (kept; --force resets it)' : '';
      console.log(
        `${name.padEnd(10)} ${outcome}${fields.length > 0 && outcome !== 'created' ? `: ${fields.join(', ')}` : ''}${hint}`,
      );
    }
    if (flags['dry-run']) console.log('Dry run: nothing was changed.');
  } finally {
    await system.close();
  }
});

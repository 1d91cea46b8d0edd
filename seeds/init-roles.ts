import { readFlags, runScript, withSystem } from '../scripts/script.ts';
import { ensureDefaultPipeline } from '../src/pipelines/default-pipeline.ts';
import { initializeRoles, type RoleChange } from '../src/roles/initialize-roles.ts';

/** `npm run init-roles [-- --dry-run|--force]`: makes the five system roles where they are missing, and a first pipeline. */
await runScript(async () => {
  const flags = readFlags({ 'dry-run': { type: 'boolean' }, force: { type: 'boolean' } });
  const isDryRun = flags['dry-run'] ?? false;
  const changes = await withSystem('init-roles', async (ctx) => {
    if (!isDryRun) await ensureDefaultPipeline(ctx);
    return initializeRoles(ctx, { isDryRun, isForced: flags.force });
  });
  for (const change of changes) console.log(describe(change));
  if (isDryRun) console.log('Dry run: nothing was changed.');
});

function describe({ name, outcome, fields }: RoleChange): string {
  const what = outcome === 'edited' || outcome === 'reset' ? `: ${fields.join(', ')}` : '';
  const hint = outcome === 'edited' ? ' (kept; --force resets it)' : '';
  return `${name.padEnd(10)} ${outcome}${what}${hint}`;
}

import { type ActionContext, ValidationError } from 'adminjs';
import { AppError } from '../src/core/errors.ts';
import { readHistory } from '../src/crud/history.ts';
import type { Resource } from '../src/crud/resource.ts';
import { ctxOf, zoneOf } from './administrator.ts';
import { printValue } from './components/print-value.ts';
import { nameRelations, toEntry } from './history-action.ts';
import { NO_URL } from './no-url.ts';

/** How far back it is looked for who made a change that stands in the way. */
const RECENT = 100;

/**
 * Says at each field of a stale form who changed it meanwhile and what it holds now. Other errors are thrown on.
 */
export async function explainConflict(
  error: unknown,
  resource: Resource,
  id: string,
  version: unknown,
  context: ActionContext,
): Promise<never> {
  if (!(error instanceof AppError) || error.code !== 'version_mismatch' || !error.errors?.length) throw error;
  const page = await readHistory(ctxOf(context.currentAdmin), resource, id, { page_size: RECENT }, NO_URL);
  const later = page.results.filter((entry) => Number(entry.version) > Number(version));
  const entries = await nameRelations(
    resource,
    later.map((entry) => toEntry(resource, entry)),
    context,
  );
  const zone = zoneOf(context.currentAdmin);
  const faults = error.errors.map(({ field, code }) => {
    const last = entries.find(({ changes }) => changes.some((change) => change.field === field));
    const after = last?.changes.find((change) => change.field === field)?.after;
    const message = `Changed by ${last?.actor_name ?? 'somebody else'} meanwhile: now ${printValue(after, zone)}. Save again to keep your value.`;
    return [field, { type: code, message }] as const;
  });
  throw new ValidationError(Object.fromEntries(faults));
}

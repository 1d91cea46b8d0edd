import type { ActionContext, RecordActionResponse } from 'adminjs';
import { z } from 'zod';
import { readHistory } from '../src/crud/history.ts';
import type { Resource } from '../src/crud/resource.ts';
import { parseInput } from '../src/http/parse.ts';
import { allowWith } from './access.ts';
import { ctxOf } from './administrator.ts';
import type { HistoryEntry, HistoryView } from './history-view.ts';
import { NO_URL } from './no-url.ts';
import { explainingErrors } from './panel-errors.ts';
import type { PanelAction } from './presentation.ts';
import { titleOf } from './record-title.ts';

const PAGE_SIZE = 20;
const historyQuery = z.object({ before: z.uuid().optional() });

/** Who changed which field of a row from what to what, for whoever may read the row, in the trash too. */
export function createHistoryAction(resource: Resource): PanelAction {
  return {
    name: 'history',
    icon: 'Clock',
    actionType: 'record',
    component: 'History',
    isAccessible: allowWith(resource.permissions.view),
    handler: async (request, _response, context): Promise<RecordActionResponse & { history: HistoryView }> => {
      const { record, currentAdmin } = context;
      if (!record) throw new Error('history is an action on a record.');
      const history = await explainingErrors(async () => {
        const query = { ...parseInput(historyQuery, request.query ?? {}), page_size: PAGE_SIZE };
        const page = await readHistory(ctxOf(currentAdmin), resource, record.id(), query, NO_URL);
        const entries = await nameRelations(
          resource,
          page.results.map((entry) => toEntry(resource, entry)),
          context,
        );
        return { entries, before: page.next && (entries.at(-1)?.id ?? null) };
      });
      return { record: record.toJSON(currentAdmin), history };
    },
  };
}

type Recorded = Awaited<ReturnType<typeof readHistory>>['results'][number];

/** An entry of the history as its reader is shown it. */
export function toEntry(resource: Resource, { id, action, actor, created_at, changes }: Recorded): HistoryEntry {
  const fields = Object.entries(changes)
    .map(([field, [before, after]]) => ({ field, before, after }))
    // As the row has them: the database keeps the names of an object in an order of its own.
    .sort((a, b) => resource.fields.indexOf(a.field) - resource.fields.indexOf(b.field));
  return { id, action, actor_name: actor.name, created_at, changes: fields };
}

/** Puts what a person calls the other rows in place of their ids, as far as the reader may see them. */
export async function nameRelations(
  resource: Resource,
  entries: HistoryEntry[],
  context: ActionContext,
): Promise<HistoryEntry[]> {
  const changes = entries.flatMap((entry) => entry.changes);
  for (const { column, target } of Object.values(resource.relations)) {
    const named = changes.filter(({ field }) => field === column);
    const ids = new Set(named.flatMap(({ before, after }) => [before, after]).filter((id) => typeof id === 'string'));
    if (ids.size === 0) continue;
    const rows = await context._admin.findResource(target().plural).findMany([...ids], context);
    const titles = new Map<unknown, string>(rows.map((row) => [row.id(), titleOf(row)]));
    for (const change of named) {
      change.before = titles.get(change.before) ?? change.before;
      change.after = titles.get(change.after) ?? change.after;
    }
  }
  return entries;
}

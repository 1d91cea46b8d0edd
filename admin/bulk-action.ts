import type { Action, ActionContext, ActionResponse, BaseRecord, BulkActionResponse } from 'adminjs';
import { AppError as NoticeError } from 'adminjs';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { BulkFailed, bulkBody, runBulk } from '../src/crud/bulk.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import { parseInput } from '../src/http/parse.ts';
import { allowWith } from './access.ts';
import { ctxOf } from './administrator.ts';
import { explainingErrors } from './panel-errors.ts';
import type { PanelAction } from './presentation.ts';
import { titleOf } from './record-title.ts';

export interface BulkAction {
  name: string;
  operation: 'delete' | 'restore';
  icon: string;
  variant?: Action<ActionResponse>['variant'];
  /** What follows from it, asked before it is done. */
  question: string;
  /** What has been done to the rows, said once it is. */
  done: string;
  /** Whether it makes sense for this row. */
  isOffered: (row: Record<string, unknown>) => boolean;
  service: CrudService;
}

/** An action on the selected rows: the bulk of REST in one transaction, so a failure leaves all of them as they were. */
export function createBulkAction(action: BulkAction): PanelAction {
  const { name, operation, icon, variant, question, done, isOffered, service } = action;
  return {
    name,
    icon,
    variant,
    actionType: 'bulk',
    showInDrawer: true,
    component: 'ConfirmBulk',
    custom: { question },
    isVisible: ({ record }: ActionContext) => record === undefined || isOffered(record.params),
    isAccessible: allowWith(service.resource.permissions.delete),
    handler: async (request, _response, context): Promise<BulkActionResponse> => {
      const { records = [], currentAdmin, resource, h } = context;
      const answer = { records: records.map((record) => record.toJSON(currentAdmin)) };
      if (request.method !== 'post') return answer;
      // The selected rows as the browser names them: one that is gone meanwhile is a failure too, and not left out.
      const ids = [...new Set(String(request.query?.recordIds).split(','))];
      await runForAll(ctxOf(currentAdmin), service, operation, ids, records);
      const message = `${ids.length} ${ids.length === 1 ? 'row' : 'rows'} ${done}.`;
      return {
        ...answer,
        notice: { message, type: 'success' },
        redirectUrl: h.resourceUrl({ resourceId: resource.id() }),
      };
    },
  };
}

function runForAll(
  ctx: Ctx,
  service: CrudService,
  operation: BulkAction['operation'],
  ids: string[],
  records: BaseRecord[],
): Promise<unknown> {
  return explainingErrors(async () => {
    const body = parseInput(bulkBody, { operation, items: ids.map((id) => ({ id })) });
    try {
      return await withTransaction(ctx, (inner) => runBulk(inner, service, body));
    } catch (error) {
      throw error instanceof BulkFailed ? new NoticeError(nameFailures(error, ids, records)) : error;
    }
  });
}

const MAX_NAMED = 5;

/** Which rows stood in the way, by what a person calls them, and why. */
function nameFailures({ results }: BulkFailed, ids: string[], records: BaseRecord[]): string {
  const failed = results.filter(({ error }) => error !== undefined);
  const named = failed.slice(0, MAX_NAMED).map(({ index, error }) => {
    const record = records.find((each) => each.id() === ids[index]);
    return `${record ? titleOf(record) : ids[index]}: ${(error as { detail: string }).detail}`;
  });
  const others = failed.length - named.length;
  return ['Nothing was changed.', ...named, ...(others > 0 ? [`And ${others} more.`] : [])].join(' ');
}

import type { Action, ActionContext, ActionResponse, RecordActionResponse } from 'adminjs';
import type { RequiredPermission } from '../src/auth/scope.ts';
import { requirePermission } from '../src/auth/scope.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { ctxOf, isAllowed } from './administrator.ts';
import { explainingErrors } from './panel-errors.ts';
import { type PanelAction, TRASH_SEARCH } from './presentation.ts';

export interface ConfirmedAction {
  name: string;
  icon: string;
  variant?: Action<ActionResponse>['variant'];
  permission: RequiredPermission;
  /** What follows from it, asked before it is done. */
  question: string;
  /** Said once it is done. */
  done: string;
  /** Whether it makes sense for this row. */
  isOffered: (row: Record<string, unknown>) => boolean;
  run: (ctx: Ctx, id: string) => Promise<unknown>;
  /** Whether the row is gone afterwards. */
  isLast?: boolean;
}

/**
 * An action on one row that is asked about and then sent as a form. AdminJS itself would run an action without a page
 * by GET, which another site could cause.
 */
export function createConfirmedAction(action: ConfirmedAction): PanelAction {
  const { name, icon, variant, permission, question, done, isOffered, run, isLast = false } = action;
  return {
    name,
    icon,
    variant,
    actionType: 'record',
    component: 'ConfirmAction',
    custom: { question },
    isVisible: ({ record }: ActionContext) => record !== undefined && isOffered(record.params),
    isAccessible: ({ currentAdmin }: ActionContext) => isAllowed(currentAdmin, permission),
    handler: async (request, _response, context): Promise<RecordActionResponse> => {
      const { record, currentAdmin, resource, h } = context;
      if (!record) throw new Error(`${name} is an action on a record.`);
      if (request.method !== 'post') return { record: record.toJSON(currentAdmin) };
      const ctx = ctxOf(currentAdmin);
      await explainingErrors(() => {
        requirePermission(ctx.principal, permission);
        return withTransaction(ctx, (inner) => run(inner, record.id()));
      });
      return {
        record: record.toJSON(currentAdmin),
        notice: { message: done, type: 'success' },
        redirectUrl: isLast
          ? h.resourceUrl({ resourceId: resource.id(), search: TRASH_SEARCH })
          : h.recordActionUrl({ resourceId: resource.id(), recordId: record.id(), actionName: 'show' }),
      };
    },
  };
}

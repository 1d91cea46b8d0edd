import type { PageContext } from 'adminjs';
import { holdsPermission, type RequiredPermission } from '../src/auth/scope.ts';
import type { Ctx } from '../src/core/ctx.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import { parseListQuery } from '../src/crud/list-query.ts';
import { JOB_SUMMARIES, type JobName, type Queue } from '../src/queue.ts';
import { ctxOf } from './administrator.ts';
import type { DashboardView, RecentEvent } from './dashboard-view.ts';
import { labelOf } from './labels.ts';
import { NO_URL } from './no-url.ts';
import { presentations } from './resources.ts';

const RECENT = 8;
const SHOWN: readonly string[] = ['contacts', 'companies', 'leads', 'deals', 'tasks', 'products', 'users', 'teams'];

/** What the first page of the panel says, within the reader's scope: how much there is, what happened last, what runs next. */
export function createDashboardHandler(queue: Pick<Queue, 'readState'>) {
  return async (_request: unknown, _response: unknown, context: PageContext): Promise<DashboardView> => {
    const ctx = ctxOf(context.currentAdmin);
    const services = presentations
      .map(({ service }) => service)
      .filter(({ resource }) => SHOWN.includes(resource.plural) && may(ctx, resource.permissions.view));
    const [counts, events, jobs] = await Promise.all([
      Promise.all(services.map((service) => countRows(ctx, service))),
      may(ctx, 'view_audit_log') ? listRecentEvents(ctx) : null,
      may(ctx, 'view_admin_dashboard') ? listJobs(queue) : null,
    ]);
    return { name: ctx.principal.name, counts, events, jobs };
  };
}

async function listJobs(queue: Pick<Queue, 'readState'>): Promise<DashboardView['jobs']> {
  const { schedule } = await queue.readState();
  return schedule.map((job) => ({ ...job, summary: JOB_SUMMARIES[job.name as JobName] ?? '' }));
}

function may(ctx: Ctx, permission: RequiredPermission): boolean {
  return holdsPermission(ctx.principal, permission);
}

async function countRows(ctx: Ctx, service: CrudService): Promise<DashboardView['counts'][number]> {
  const { resource } = service;
  const query = parseListQuery(ctx, resource, { page_size: '1' });
  const page = await service.list(ctx, query, NO_URL);
  return {
    id: resource.plural,
    label: labelOf(resource.plural),
    count: page.count ?? 0,
    is_estimate: page.count_is_estimate,
    can_create: may(ctx, resource.permissions.create),
  };
}

function listRecentEvents(ctx: Ctx): Promise<RecentEvent[]> {
  return ctx.db.query<RecentEvent>(
    `SELECT id, event, actor_name, resource_label, risk, created_at FROM audit_logs
     ORDER BY created_at DESC, id DESC LIMIT $1`,
    [RECENT],
  );
}

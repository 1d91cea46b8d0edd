import type { PageContext } from 'adminjs';
import { holdsPermission } from '../src/auth/scope.ts';
import { companyResource } from '../src/companies/company.resource.ts';
import { contactResource } from '../src/contacts/contact.resource.ts';
import type { Ctx } from '../src/core/ctx.ts';
import type { Resource } from '../src/crud/resource.ts';
import { Parameters, scopeCondition } from '../src/crud/select.ts';
import { type EventName, eventFacts } from '../src/events/catalog.ts';
import type { Queue } from '../src/queue.ts';
import type { System } from '../src/system.ts';
import { teamResource } from '../src/teams/team.resource.ts';
import { userResource } from '../src/users/user.resource.ts';
import { ctxOf } from './administrator.ts';

const COUNTED: readonly { resource: Resource; label: string; icon: string }[] = [
  { resource: contactResource, label: 'Contacts', icon: 'User' },
  { resource: companyResource, label: 'Companies', icon: 'Briefcase' },
  { resource: userResource, label: 'Users', icon: 'Users' },
  { resource: teamResource, label: 'Teams', icon: 'Grid' },
];

/** Figures within the administrator's scope, the last events and the schedule, each only for who may see it. */
export function createDashboardHandler(system: System, queue: Pick<Queue, 'readState'>) {
  return async (_request: unknown, _response: unknown, context: PageContext) => {
    const ctx = ctxOf(system, context.currentAdmin);
    const seen = COUNTED.filter(({ resource }) => holdsPermission(ctx.principal, resource.permissions.view));
    const [figures, events, jobs] = await Promise.all([
      Promise.all(seen.map((each) => countRows(ctx, each.resource, each.label, each.icon))),
      holdsPermission(ctx.principal, 'view_audit_log') ? listEvents(ctx) : [],
      holdsPermission(ctx.principal, 'view_admin_dashboard') ? queue.readState().then((state) => state.schedule) : [],
    ]);
    return { figures, events, jobs };
  };
}

async function countRows(ctx: Ctx, resource: Resource, label: string, icon: string) {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  const [row] = await ctx.db.query<{ count: number; fresh: number }>(
    `SELECT count(*) AS count, count(*) FILTER (WHERE t.created_at > now() - interval '30 days') AS fresh
     FROM ${resource.plural} t WHERE t.deleted_at IS NULL AND ${scope}`,
    values,
  );
  return { label, icon, href: `/admin/resources/${resource.plural}`, count: row?.count ?? 0, fresh: row?.fresh ?? 0 };
}

async function listEvents(ctx: Ctx) {
  const rows = await ctx.db.query<{ id: string; created_at: string; actor_name: string; event: EventName; resource_label: string | null }>(
    'SELECT id, created_at, actor_name, event, resource_label FROM audit_logs ORDER BY created_at DESC, id DESC LIMIT 8',
  );
  return rows.map(({ event, resource_label, ...row }) => ({
    ...row,
    sentence: `${eventFacts(event)?.summary ?? event}${resource_label ? ` (${resource_label})` : ''}`,
  }));
}

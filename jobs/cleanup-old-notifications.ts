import { eventService } from '../src/calendar/event.service.ts';
import { companyService } from '../src/companies/company.service.ts';
import { contactGroupService } from '../src/contact-groups/contact-group.service.ts';
import { contactService } from '../src/contacts/contact.service.ts';
import { type Ctx, withTransaction } from '../src/core/ctx.ts';
import { inSavepoint } from '../src/core/database.ts';
import type { CrudService } from '../src/crud/crud-service.ts';
import { dealService } from '../src/deals/deal.service.ts';
import { leadAssignmentRuleService } from '../src/lead-assignment-rules/lead-assignment-rule.service.ts';
import { leadService } from '../src/leads/lead.service.ts';
import { pipelineService } from '../src/pipelines/pipeline.service.ts';
import { productService } from '../src/products/product.service.ts';
import { roleService } from '../src/roles/role.service.ts';
import { savedViewService } from '../src/saved-views/saved-view.service.ts';
import { taskTemplateService } from '../src/task-templates/task-template.service.ts';
import { taskService } from '../src/tasks/task.service.ts';
import { teamService } from '../src/teams/team.service.ts';
import type { Job } from './job.ts';

/** Deleted so many at a time, so that no lock is held for long. */
const BATCH = 1000;
const TRASH_BATCH = 100;

/** What has outlived its use, and after how long. */
const STALE: readonly { table: string; key: string; condition: string }[] = [
  { table: 'notifications', key: 'id', condition: "is_read AND created_at < now() - interval '30 days'" },
  { table: 'notifications', key: 'id', condition: "created_at < now() - interval '90 days'" },
  // Only their user reaches them, so nobody purges them one by one.
  { table: 'reminders', key: 'id', condition: "deleted_at < now() - interval '30 days'" },
  { table: 'idempotency_keys', key: 'id', condition: "created_at < now() - interval '24 hours'" },
  { table: 'sessions', key: 'id', condition: "coalesce(ended_at, expires_at) < now() - interval '30 days'" },
  { table: 'panel_sessions', key: 'sid', condition: 'expire < now()' },
  { table: 'rate_limits', key: 'ctid', condition: 'expires_at < now()' },
  // Jobs that were given up. Those that succeed are removed at once.
  { table: 'agenda_jobs', key: 'id', condition: "next_run_at IS NULL AND failed_at < now() - interval '30 days'" },
];

/**
 * Resources whose trash is emptied after 30 days, each row with its event. Custom fields are not among them: what is in
 * their trash is archived, and its values stay until somebody says otherwise.
 */
const TRASHABLE: readonly CrudService[] = [
  leadService,
  leadAssignmentRuleService,
  dealService,
  pipelineService,
  productService,
  contactService,
  companyService,
  contactGroupService,
  taskService,
  taskTemplateService,
  eventService,
  teamService,
  roleService,
  savedViewService,
];

export const cleanupOldNotifications: Job<'cleanup_old_notifications'> = {
  queue: 'default',
  async run(ctx) {
    for (const { table, key, condition } of STALE) {
      const removed = await deleteInBatches(ctx, table, key, condition);
      if (removed > 0) ctx.logger.info({ table, removed }, 'cleaned up');
    }
    for (const service of TRASHABLE) await emptyTrash(ctx, service);
  },
};

async function deleteInBatches(ctx: Ctx, table: string, key: string, condition: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const rows = await ctx.db.query(
      `DELETE FROM ${table} WHERE ${key} = ANY (ARRAY(SELECT ${key} FROM ${table} WHERE ${condition} LIMIT ${BATCH})) RETURNING 1`,
    );
    removed += rows.length;
    if (rows.length < BATCH) return removed;
  }
}

/** Goes through the trash by id, so that a row that cannot be purged stands in the way of no other. */
async function emptyTrash(ctx: Ctx, service: CrudService): Promise<void> {
  let last: string | null = null;
  do {
    last = await withTransaction(ctx, (inner) => purgeBatch(inner, service, last));
  } while (last !== null);
}

/** Answers the id of the last row that it looked at, `null` at the end. */
async function purgeBatch(ctx: Ctx, service: CrudService, after: string | null): Promise<string | null> {
  const rows = await ctx.db.query<{ id: string }>(
    `SELECT id FROM ${service.resource.plural}
     WHERE deleted_at < now() - interval '30 days' AND ($1::uuid IS NULL OR id > $1)
     ORDER BY id LIMIT ${TRASH_BATCH} FOR UPDATE SKIP LOCKED`,
    [after],
  );
  for (const { id } of rows) {
    await inSavepoint(ctx.db, () => service.purge(ctx, id)).catch((error) =>
      ctx.logger.warn({ err: error, resource: service.resource.noun, id }, 'could not be purged from the trash'),
    );
  }
  return rows.length < TRASH_BATCH ? null : (rows.at(-1)?.id ?? null);
}

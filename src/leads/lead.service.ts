import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { conflict, duplicate, fieldError } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { type Input, lockRow, type UpdateOptions, type WriteOptions } from '../crud/write-rows.ts';
import { assignLead } from '../lead-assignment-rules/assign-lead.service.ts';
import { leadResource } from './lead.resource.ts';
import { computeScore } from './lead-score.service.ts';

const crud = crudService(leadResource);

/** Every lead is scored in the statement that writes it, and a new one is assigned in the same transaction. */
export const leadService: CrudService = {
  ...crud,
  create: createLead,
  update: updateLead,
};

async function createLead(ctx: Ctx, input: Input, options: WriteOptions = {}): Promise<Row> {
  requirePermission(ctx.principal, leadResource.permissions.create);
  refuseConverting(input);
  if (!options.allowDuplicate) await refuseDuplicate(ctx, input.email);
  // As it will be: without an owner it becomes its writer's.
  const owner_id = input.owner_id === undefined ? ctx.principal.user_id : input.owner_id;
  const derived = await computeScore(ctx, { ...input, owner_id, ...options.derived });
  const lead = await crud.create(ctx, input, { ...options, derived: { ...options.derived, ...derived } });
  return lead.assigned_to_id ? lead : assignLead(ctx, lead);
}

async function updateLead(ctx: Ctx, id: string, input: Input, options: UpdateOptions = {}): Promise<Row> {
  const before = await lockRow(ctx, leadResource, id, leadResource.permissions.edit);
  if (before.status === 'converted') throw await alreadyConverted(ctx, id);
  refuseConverting(input);
  const isAsked = !options.allowDuplicate && input.email !== before.email;
  if (isAsked) await refuseDuplicate(ctx, input.email, id);
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  const derived = await computeScore(ctx, { ...before, ...given });
  return crud.update(ctx, id, input, { ...options, derived: { ...options.derived, ...derived } });
}

function refuseConverting(input: Input): void {
  if (input.status !== 'converted') return;
  throw fieldError('status', 'not_writable', 'A lead becomes converted by converting it: POST leads/{id}/convert/.');
}

/** 409: what was done with a converted lead is the contact's from then on. Names it as far as the caller may read it. */
export async function alreadyConverted(ctx: Ctx, id: string) {
  const { converted_contact_id, converted_contact_name } = await crud.read(ctx, id);
  const what = converted_contact_name ? `the contact ${converted_contact_name}` : 'a contact';
  return conflict(`This lead is converted: it has become ${what}.`, { converted_contact_id });
}

/**
 * 409 where a living, unconverted lead that the caller may read has this address: it is likely the same person. Of one
 * that they may not read nothing is told, so anybody may write its address too. Those who write the same one at once
 * wait for one another: no unique index would do, for a converted lead may be followed by a new one.
 */
async function refuseDuplicate(ctx: Ctx, email: unknown, ownId: string | null = null): Promise<void> {
  if (typeof email !== 'string') return;
  await ctx.db.query("SELECT pg_advisory_xact_lock(hashtextextended('lead:' || $1, 0))", [email]);
  const { values, bind } = new Parameters();
  const readable = scopeCondition(ctx, leadResource, leadResource.permissions.view, 't', bind);
  const [found] = await ctx.db.query<{ id: string; name: string }>(
    prepared(
      `SELECT t.id, ${leadResource.label('t')} AS name FROM leads t
       WHERE t.email = ${bind(email)} AND t.deleted_at IS NULL AND t.status <> 'converted'
         AND t.id IS DISTINCT FROM ${bind(ownId)}::uuid AND ${readable} LIMIT 1`,
      values,
    ),
  );
  if (!found) return;
  const message = 'There is a lead with this email already. If another is meant, send X-Allow-Duplicate: true.';
  throw duplicate('email', message, [{ ...found, reasons: ['email'] }]);
}

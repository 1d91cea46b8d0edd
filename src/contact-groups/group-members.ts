import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { conflict, fieldError, notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { record } from '../events/record.ts';
import { requireOwner } from './contact-group.service.ts';

/** Puts contacts that the caller may read into a group; those who are in it stay. Answers how many came. */
export async function addMembers(ctx: Ctx, id: string, contactIds: string[]): Promise<number> {
  const group = await requireStatic(ctx, id);
  const { values, bind } = new Parameters();
  const readable = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
  const found = await ctx.db.query<{ id: string }>(
    `SELECT t.id FROM contacts t WHERE t.id = ANY(${bind(contactIds)}::uuid[]) AND t.deleted_at IS NULL AND ${readable}`,
    values,
  );
  const known = new Set(found.map((row) => row.id));
  const missing = contactIds.findIndex((each) => !known.has(each));
  if (missing >= 0) throw fieldError(`contact_ids.${missing}`, 'not_found', 'No such contact.');
  const ids = [...known].sort();
  const added = await ctx.db.query<{ contact_id: string }>(
    `INSERT INTO contact_group_members (id, created_by_id, group_id, contact_id)
     SELECT new_id, $3, $4, contact_id FROM unnest($1::uuid[], $2::uuid[]) AS n(new_id, contact_id)
     ON CONFLICT (group_id, contact_id) DO NOTHING RETURNING contact_id`,
    [ids.map(() => newId()), ids, ctx.principal.user_id, id],
  );
  const contact_ids = added.map((row) => row.contact_id);
  if (contact_ids.length > 0) {
    const subject = { type: 'contact_group', id, label: String(group.name) };
    await record(ctx, 'contact_group.members_added', subject, { metadata: { contact_ids } });
  }
  return contact_ids.length;
}

/** Takes a contact out of a group. Throws 404. */
export async function removeMember(ctx: Ctx, id: string, contactId: string): Promise<void> {
  const group = await requireStatic(ctx, id);
  const { values, bind } = new Parameters();
  const readable = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
  const removed = await ctx.db.query(
    `DELETE FROM contact_group_members m USING contacts t
     WHERE m.group_id = ${bind(id)} AND m.contact_id = ${bind(contactId)} AND t.id = m.contact_id AND ${readable} RETURNING m.id`,
    values,
  );
  if (removed.length === 0) throw notFound('member');
  const subject = { type: 'contact_group', id, label: String(group.name) };
  await record(ctx, 'contact_group.members_removed', subject, { metadata: { contact_ids: [contactId] } });
}

async function requireStatic(ctx: Ctx, id: string) {
  const group = await requireOwner(ctx, id);
  if (group.deleted_at) throw notFound('contact group');
  if (group.is_dynamic) throw conflict('The filters of a dynamic group say who is in it.');
  return group;
}

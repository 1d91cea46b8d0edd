import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError } from '../core/errors.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import type { Input } from '../crud/write-rows.ts';
import type { ContactInput } from './deal-shape.ts';

/** Which contacts a deal has, every one of them, whoever asks. */
export async function readContactIds(ctx: Ctx, dealId: string): Promise<string[]> {
  const rows = await ctx.db.query<{ contact_id: string }>(
    'SELECT contact_id FROM deal_contacts WHERE deal_id = $1 ORDER BY position, contact_id',
    [dealId],
  );
  return rows.map((row) => row.contact_id);
}

/**
 * Makes the contacts of a deal those of the input, which names them with their roles (`contacts`), without
 * (`contact_ids`), or only the primary one (`contact_id`). Links to contacts that the writer may not see stay. Answers
 * the primary contact, `undefined` where the input says nothing of contacts. Throws a 400 at the one that is not there.
 */
export async function writeContacts(
  ctx: Ctx,
  dealId: string,
  input: Input,
  primary: string | null,
): Promise<string | null | undefined> {
  const given = readGiven(input);
  const chosen =
    (input.contact_id as string | null | undefined)?.toLowerCase() ?? (input.contact_id as null | undefined);
  if (!given && chosen === undefined) return undefined;
  const list = given?.list ?? [];
  await refuseUnreadable(ctx, list, given?.place ?? '');
  if (chosen && !list.some((each) => each.contact_id === chosen)) {
    await refuseUnreadable(ctx, [{ contact_id: chosen }], '');
    list.push({ contact_id: chosen });
  }
  if (given) await unlinkOthers(ctx, dealId, list);
  await link(ctx, dealId, list, given?.hasRoles ?? false);
  if (chosen !== undefined && !(chosen === null && list.length > 0)) return chosen;
  const named = list.find((each) => each.is_primary);
  if (named) return named.contact_id;
  const linked = await readContactIds(ctx, dealId);
  return primary && linked.includes(primary) ? primary : (list[0]?.contact_id ?? linked[0] ?? null);
}

interface Given {
  list: ContactInput[];
  place: string;
  hasRoles: boolean;
}

function readGiven({ contacts, contact_ids }: Input): Given | null {
  const detailed = contacts as ContactInput[] | undefined;
  const ids = contact_ids as string[] | null | undefined;
  if (ids && detailed?.length) throw fieldError('contact_ids', 'conflict', 'Give contacts or contact_ids, not both.');
  const list = ids ? ids.map((contact_id): ContactInput => ({ contact_id })) : detailed?.map((each) => ({ ...each }));
  if (!list) return null;
  const place = ids ? 'contact_ids' : 'contacts';
  for (const each of list) each.contact_id = each.contact_id.toLowerCase();
  const seen = list.map((each) => each.contact_id);
  const twice = seen.findIndex((id, index) => seen.indexOf(id) !== index);
  if (twice >= 0) throw fieldError(`${place}.${twice}`, 'repeated', 'This contact stands there twice.');
  if (list.filter((each) => each.is_primary).length > 1)
    throw fieldError(place, 'conflict', 'One contact is the primary one.');
  return { list, place, hasRoles: !ids };
}

async function refuseUnreadable(ctx: Ctx, list: ContactInput[], place: string): Promise<void> {
  if (list.length === 0) return;
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, contactResource, contactResource.permissions.view, 't', bind);
  const rows = await ctx.db.query<{ id: string }>(
    `SELECT t.id FROM contacts t WHERE t.id = ANY(${bind(list.map((each) => each.contact_id))}::uuid[])
       AND t.deleted_at IS NULL AND ${scope}`,
    values,
  );
  const readable = new Set(rows.map((row) => row.id));
  const index = list.findIndex((each) => !readable.has(each.contact_id));
  if (index < 0) return;
  const field = place === 'contacts' ? `contacts.${index}.contact_id` : place ? `${place}.${index}` : 'contact_id';
  throw fieldError(field, 'not_found', 'No such contact.');
}

async function unlinkOthers(ctx: Ctx, dealId: string, list: ContactInput[]): Promise<void> {
  const { values, bind } = new Parameters();
  const scope = scopeCondition(ctx, contactResource, contactResource.permissions.view, 'c', bind);
  await ctx.db.query(
    `DELETE FROM deal_contacts l USING contacts c WHERE l.deal_id = ${bind(dealId)} AND c.id = l.contact_id
       AND NOT l.contact_id = ANY(${bind(list.map((each) => each.contact_id))}::uuid[]) AND ${scope}`,
    values,
  );
}

/** A list of ids alone leaves the roles that are there. */
async function link(ctx: Ctx, dealId: string, list: ContactInput[], hasRoles: boolean): Promise<void> {
  if (list.length === 0) return;
  await ctx.db.query(
    `INSERT INTO deal_contacts (deal_id, contact_id, role, position)
     SELECT $1, given.id, given.role, given.position - 1
     FROM unnest($2::uuid[], $3::text[]) WITH ORDINALITY AS given(id, role, position)
     ON CONFLICT (deal_id, contact_id) DO UPDATE SET position = excluded.position,
       role = CASE WHEN $4 THEN excluded.role ELSE deal_contacts.role END`,
    [dealId, list.map((each) => each.contact_id), list.map((each) => each.role ?? null), hasRoles],
  );
}

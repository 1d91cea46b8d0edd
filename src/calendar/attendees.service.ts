import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { validationError } from '../core/errors.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { userResource } from '../users/user.resource.ts';
import type { Attendee } from './event.entity.ts';

type IdField = 'user_id' | 'contact_id';

/**
 * Attendees with the names of the users and contacts that their ids stand for. Throws a 400 at an id that is new here
 * and that the caller may not read.
 */
export async function nameAttendees(ctx: Ctx, given: Attendee[], before: Attendee[]): Promise<Attendee[]> {
  // Ids are looked for in the JSON by their letters.
  const attendees = given.map((each) => ({
    ...each,
    ...(each.user_id ? { user_id: each.user_id.toLowerCase() } : {}),
    ...(each.contact_id ? { contact_id: each.contact_id.toLowerCase() } : {}),
  }));
  const names = new Map([
    ...(await findNames(ctx, userResource, 'user_id', attendees, before)),
    ...(await findNames(ctx, contactResource, 'contact_id', attendees, before)),
  ]);
  return attendees.map((each) => ({
    ...each,
    name: each.name ?? names.get(each.user_id ?? '') ?? names.get(each.contact_id ?? '') ?? null,
  }));
}

async function findNames(
  ctx: Ctx,
  target: Resource,
  field: IdField,
  attendees: Attendee[],
  before: Attendee[],
): Promise<Map<string, string>> {
  const ids = [...new Set(attendees.map((each) => each[field]).filter((id) => typeof id === 'string'))];
  if (ids.length === 0) return new Map();
  const { values, bind } = new Parameters();
  // Colleagues are named to everybody; contacts only to whoever may read them.
  const isCard = target === userResource;
  const readable = isCard ? 'TRUE' : scopeCondition(ctx, target, target.permissions.view, 't', bind);
  const rows = await ctx.db.query<{ id: string; name: string }>(
    prepared(
      `SELECT t.id, ${target.label('t')} AS name FROM ${target.plural} t
       WHERE t.id = ANY(${bind(ids)}::uuid[]) AND t.deleted_at IS NULL AND ${readable}`,
      values,
    ),
  );
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const known = new Set(before.map((each) => each[field]));
  const missing = attendees.flatMap((each, index) => {
    const id = each[field];
    if (typeof id !== 'string' || names.has(id) || known.has(id)) return [];
    return [{ field: `attendees.${index}.${field}`, code: 'not_found', message: `No such ${target.noun}.` }];
  });
  if (missing.length > 0) throw validationError(missing);
  return names;
}

import { contactResource } from '../contacts/contact.resource.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { validationError } from '../core/errors.ts';
import type { Resource } from '../crud/resource.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { userResource } from '../users/user.resource.ts';
import type { Attendee } from './event.entity.ts';

type IdField = 'user_id' | 'contact_id';

/**
 * Attendees as they are stored: without the names of users and contacts, which each reader is told as far as they may
 * read them. Throws a 400 at an id that is new here and that the caller may not read.
 */
export async function acceptAttendees(ctx: Ctx, given: Attendee[], before: Attendee[]): Promise<Attendee[]> {
  // Ids are looked for in the JSON by their letters.
  const attendees = given.map(({ name, ...each }): Attendee => {
    const ids = {
      ...(each.user_id ? { user_id: each.user_id.toLowerCase() } : {}),
      ...(each.contact_id ? { contact_id: each.contact_id.toLowerCase() } : {}),
    };
    return each.user_id || each.contact_id ? { ...each, ...ids } : { ...each, name: name ?? null };
  });
  await refuseUnreadable(ctx, userResource, 'user_id', attendees, before);
  await refuseUnreadable(ctx, contactResource, 'contact_id', attendees, before);
  return attendees;
}

/** Events as the caller may see them: a colleague has a name for everybody, a contact for whoever may read it. */
export async function nameAttendees<T extends Row>(ctx: Ctx, events: T[]): Promise<T[]> {
  const attendees = events.flatMap((event) => (event.attendees ?? []) as Attendee[]);
  const users = await findNames(ctx, userResource, idsOf(attendees, 'user_id'));
  const contacts = await findNames(ctx, contactResource, idsOf(attendees, 'contact_id'));
  const nameOf = ({ user_id, contact_id, name }: Attendee) =>
    user_id || contact_id ? (users.get(user_id ?? '') ?? contacts.get(contact_id ?? '') ?? null) : (name ?? null);
  return events.map((event) => {
    if (event.attendees === undefined) return event;
    return { ...event, attendees: (event.attendees as Attendee[]).map((each) => ({ ...each, name: nameOf(each) })) };
  });
}

function idsOf(attendees: Attendee[], field: IdField): string[] {
  return [...new Set(attendees.map((each) => each[field]).filter((id) => typeof id === 'string'))];
}

async function refuseUnreadable(
  ctx: Ctx,
  target: Resource,
  field: IdField,
  attendees: Attendee[],
  before: Attendee[],
): Promise<void> {
  const names = await findNames(ctx, target, idsOf(attendees, field), 't.deleted_at IS NULL');
  const known = new Set(before.map((each) => each[field]));
  const missing = attendees.flatMap((each, index) => {
    const id = each[field];
    if (typeof id !== 'string' || names.has(id) || known.has(id)) return [];
    return [{ field: `attendees.${index}.${field}`, code: 'not_found', message: `No such ${target.noun}.` }];
  });
  if (missing.length > 0) throw validationError(missing);
}

/** A colleague who has left keeps their name; a contact in the trash has none to anybody. */
async function findNames(ctx: Ctx, target: Resource, ids: string[], more = 'TRUE'): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const { values, bind } = new Parameters();
  const readable =
    target === userResource
      ? more
      : `t.deleted_at IS NULL AND ${scopeCondition(ctx, target, target.permissions.view, 't', bind)}`;
  const rows = await ctx.db.query<{ id: string; name: string }>(
    prepared(
      `SELECT t.id, ${target.label('t')} AS name FROM ${target.plural} t
       WHERE t.id = ANY(${bind(ids)}::uuid[]) AND ${readable}`,
      values,
    ),
  );
  return new Map(rows.map(({ id, name }) => [id, name]));
}

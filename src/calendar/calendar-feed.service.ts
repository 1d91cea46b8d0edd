import { randomBytes, timingSafeEqual } from 'node:crypto';
import { validate as isUuid } from 'uuid';
import { loadUserPrincipal } from '../auth/principal.ts';
import { holdsPermission } from '../auth/scope.ts';
import { hashToken } from '../auth/tokens.ts';
import { type Ctx, withTransaction } from '../core/ctx.ts';
import { prepared, type Row } from '../core/database.ts';
import { notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { beginSelect, scopeCondition } from '../crud/select.ts';
import { record } from '../events/record.ts';
import { nameAttendees } from './attendees.service.ts';
import { eventResource, eventScope } from './event.resource.ts';
import { writeIcs } from './ics.ts';

/** Makes the caller's feed token; one made before it is void from now on. It is shown this once. */
export async function makeFeedToken(ctx: Ctx): Promise<string> {
  const { user_id, name } = ctx.principal;
  const id = newId();
  const secret = randomBytes(32).toString('base64url');
  await withTransaction(ctx, async (inner) => {
    await inner.db.query(
      `INSERT INTO calendar_feeds (id, user_id, token_hash) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET id = $1, token_hash = $3, created_at = now()`,
      [id, user_id, hashToken(secret)],
    );
    await record(inner, 'calendar_feed.created', { type: 'calendar_feed', id, label: name });
  });
  return `${id}.${secret}`;
}

/** Throws 404 when there is none. */
export async function revokeFeedToken(ctx: Ctx): Promise<void> {
  const { user_id, name } = ctx.principal;
  const [feed] = await ctx.db.query<{ id: string }>('DELETE FROM calendar_feeds WHERE user_id = $1 RETURNING id', [
    user_id,
  ]);
  if (!feed) throw notFound('feed token');
  await record(ctx, 'calendar_feed.revoked', { type: 'calendar_feed', id: feed.id, label: name });
}

const FEED_EVENTS = 2000;

/**
 * The calendar of whoever the token was made for: their own events and those they are invited to, from three months
 * back. Throws 404 for a token that is wrong or void, and for a user who may not sign in or see events.
 */
export async function readFeed(ctx: Ctx, token: string): Promise<string> {
  const user_id = await findFeedUser(ctx, token);
  if (user_id === null) throw notFound('calendar');
  const loaded = await loadUserPrincipal(ctx.db, user_id);
  if (!loaded?.is_active || !holdsPermission(loaded.principal, eventResource.permissions.view)) {
    throw notFound('calendar');
  }
  const reader: Ctx = { ...ctx, principal: loaded.principal };
  return writeIcs(loaded.principal.name, await nameAttendees(reader, await readOwnEvents(reader, user_id)));
}

/** A token is looked up by its public half and compared as a whole in constant time. */
async function findFeedUser(ctx: Ctx, token: string): Promise<string | null> {
  const [id = '', secret = ''] = token.split('.');
  if (!isUuid(id)) return null;
  const [feed] = await ctx.db.query<{ user_id: string; token_hash: string }>(
    prepared('SELECT user_id, token_hash FROM calendar_feeds WHERE id = $1', [id]),
  );
  const given = Buffer.from(hashToken(secret));
  const isRight = timingSafeEqual(given, Buffer.from(feed?.token_hash ?? hashToken('')));
  return feed && isRight ? feed.user_id : null;
}

function readOwnEvents(ctx: Ctx, user_id: string): Promise<Row[]> {
  const { text, values, bind } = beginSelect(ctx, eventResource, eventResource.fields);
  const readable = scopeCondition(ctx, eventResource, eventResource.permissions.view, 't', bind);
  // An administrator reaches everybody's events, and subscribes to their own.
  const own = eventScope({ principal: ctx.principal, user_id, user_ids: [user_id], is_reading: true }, 't', bind);
  return ctx.db.query(
    prepared(
      `${text} WHERE t.deleted_at IS NULL AND ${readable} AND ${own}
         AND (CASE WHEN t.recurrence IS NULL THEN t.end_at ELSE coalesce(t.recurs_until, 'infinity') END) > now() - interval '90 days'
       ORDER BY t.start_at DESC, t.id LIMIT ${FEED_EVENTS}`,
      values,
    ),
  );
}

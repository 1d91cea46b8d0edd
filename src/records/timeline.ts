import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { readRow } from '../crud/read-rows.ts';
import type { Resource } from '../crud/resource.ts';
import { instant } from '../http/fields.ts';

export const timelineEntry = z.strictObject({
  id: z.uuid(),
  kind: z.enum(['event', 'logged', 'comment']),
  action: z.string(),
  actor: z.strictObject({ id: z.uuid().nullable(), name: z.string(), avatar: z.string().nullable() }),
  description: z.string(),
  changes: z.record(z.string(), z.unknown()),
  details: z.record(z.string(), z.unknown()).describe('Of a logged activity or a comment'),
  at: instant,
});

export const timelineView = z.strictObject({ results: z.array(timelineEntry), next: z.string().nullable() });

export interface TimelineQuery {
  before?: string;
  page_size: number;
}

const KEY = /^(\d{4}-[\dT:.Z-]+)~([0-9a-f-]{36})$/;

/** Where a page of a timeline begins: the instant and the id of the entry before it. */
export const timelineKey = z.string().regex(KEY, 'Give what next carries.');

/**
 * What happened to a record, what was logged with it and what was said about it, newest first, for whoever may read
 * it. Both sources are walked along their indexes and no further than the page. Throws 404.
 */
export async function readTimeline(ctx: Ctx, resource: Resource, id: string, query: TimelineQuery, url: string) {
  await readRow(ctx, resource, id, { fields: ['id'], isTrashed: 'either' });
  const [, at = null, last = null] = KEY.exec(query.before ?? '') ?? [];
  const most = query.page_size + 1;
  const entries = await ctx.db.query<{ id: string; at: string }>(
    prepared(timelineText(most), [resource.noun, id, at, last]),
  );
  const hasMore = entries.length > query.page_size;
  if (hasMore) entries.pop();
  const end = entries.at(-1);
  const next = new URL(url);
  next.searchParams.set('before', `${end?.at}~${end?.id}`);
  return { results: entries, next: hasMore ? next.href : null };
}

const timelineText = (most: number) => `
  SELECT e.id, e.kind, e.action, json_build_object('id', e.actor_id, 'name', e.actor_name, 'avatar', u.avatar_url) AS actor,
    e.description, e.changes, e.details, e.at
  FROM (
    (SELECT id, CASE WHEN type IS NULL THEN 'event' ELSE 'logged' END AS kind, action, actor_id, actor_name, description, changes,
       CASE WHEN type IS NULL THEN '{}'::jsonb ELSE jsonb_build_object('type', type, 'subject', subject, 'body', body,
         'duration_minutes', duration_minutes, 'outcome', outcome, 'happened_at', to_jsonb(happened_at)) END AS details,
       created_at AS at
     FROM activities WHERE target_type = $1 AND target_id = $2 AND action NOT IN ('commented', 'mentioned') AND deleted_at IS NULL
       AND ($3::timestamptz IS NULL OR (created_at, id) < ($3, $4::uuid))
     ORDER BY created_at DESC, id DESC LIMIT ${most})
    UNION ALL
    (SELECT c.id, 'comment', 'commented', c.created_by_id, coalesce(nullif(trim(a.first_name || ' ' || a.last_name), ''), a.email, 'system'),
       left(c.content, 200), '{}'::jsonb,
       jsonb_build_object('content', c.content, 'parent_id', c.parent_id, 'mentions', to_jsonb(c.mentions)), c.created_at
     FROM comments c LEFT JOIN users a ON a.id = c.created_by_id
     WHERE c.target_type = $1 AND c.target_id = $2 AND c.deleted_at IS NULL
       AND ($3::timestamptz IS NULL OR (c.created_at, c.id) < ($3, $4::uuid))
     ORDER BY c.created_at DESC, c.id DESC LIMIT ${most})
  ) e LEFT JOIN users u ON u.id = e.actor_id
  ORDER BY e.at DESC, e.id DESC LIMIT ${most}`;

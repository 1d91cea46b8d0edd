import { loadUserPrincipal } from '../auth/principal.ts';
import type { Ctx } from '../core/ctx.ts';
import { findTarget, type Target } from '../records/target.ts';

const MENTION = /(?<![\p{L}\p{N}._%+-])@([\p{L}\p{N}][\p{L}\p{N}._+-]*(?:@[\p{L}\p{N}.-]+\.[\p{L}]{2,})?)/gu;
const MOST = 50;

/**
 * The users whom a text names as @username, or who are given by id, as far as they may read the record: a mention must
 * not tell anybody of a row that is not theirs.
 */
export async function resolveMentions(ctx: Ctx, target: Target, content: string, given: string[]): Promise<string[]> {
  const names = [...content.matchAll(MENTION)]
    .slice(0, MOST)
    .map(([, name = '']) => name.toLowerCase().replace(/[.]+$/, ''));
  const users = await ctx.db.query<{ id: string }>(
    `SELECT id FROM users WHERE is_active AND deleted_at IS NULL
       AND (lower(username) = ANY($1::text[]) OR email = ANY($1::text[]) OR split_part(email, '@', 1) = ANY($1::text[])
         OR id = ANY($2::uuid[])) ORDER BY id LIMIT ${2 * MOST}`,
    [names, given],
  );
  const readers: string[] = [];
  for (const { id } of users) if (await mayRead(ctx, target, id)) readers.push(id);
  return readers;
}

async function mayRead(ctx: Ctx, target: Target, userId: string): Promise<boolean> {
  const loaded = await loadUserPrincipal(ctx.db, userId);
  if (!loaded?.is_active) return false;
  const found = findTarget({ ...ctx, principal: loaded.principal }, target);
  return found.then(
    () => true,
    () => false,
  );
}

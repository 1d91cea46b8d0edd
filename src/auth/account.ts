import { z } from 'zod';
import type { Ctx } from '../core/ctx.ts';
import { notFound } from '../core/errors.ts';
import { loadUserPrincipal } from './principal.ts';

const instant = z.string();

/** What users see of their own account. */
export const accountView = z.strictObject({
  id: z.uuid(),
  email: z.string(),
  username: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  full_name: z.string(),
  phone: z.string().nullable(),
  title: z.string().nullable(),
  bio: z.string().nullable(),
  avatar_url: z.string().nullable(),
  timezone: z.string(),
  locale: z.string(),
  role: z.string().nullable().describe('The highest role.'),
  roles: z.array(
    z.strictObject({
      id: z.uuid(),
      name: z.string(),
      display_name: z.string(),
      level: z.number(),
      team_id: z.uuid().nullable(),
    }),
  ),
  permissions: z.array(z.string()),
  teams: z.array(z.strictObject({ id: z.uuid(), name: z.string(), is_manager: z.boolean() })),
  two_factor_enabled: z.boolean(),
  date_joined: instant,
  last_login: instant.nullable(),
  version: z.number(),
});

export type Account = z.output<typeof accountView>;

/** One account with its roles, teams and effective permissions. Throws 404. */
export async function findAccount(ctx: Ctx, userId: string): Promise<Account> {
  const [row] = await ctx.db.query<Omit<Account, 'permissions' | 'role' | 'two_factor_enabled'>>(
    `SELECT u.id, u.email, u.username, u.first_name, u.last_name, trim(u.first_name || ' ' || u.last_name) AS full_name,
       u.phone, u.title, u.bio, u.avatar_url, u.timezone, u.locale, u.created_at AS date_joined, u.last_login, u.version,
       coalesce((SELECT json_agg(json_build_object('id', r.id, 'name', r.name, 'display_name', r.display_name,
           'level', r.level, 'team_id', a.team_id) ORDER BY r.level DESC, r.name)
         FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
         WHERE a.user_id = u.id AND a.deleted_at IS NULL), '[]') AS roles,
       coalesce((SELECT json_agg(json_build_object('id', t.id, 'name', t.name, 'is_manager', m.is_manager) ORDER BY t.name)
         FROM team_memberships m JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL
         WHERE m.user_id = u.id), '[]') AS teams
     FROM users u WHERE u.id = $1`,
    [userId],
  );
  const loaded = await loadUserPrincipal(ctx.db, userId);
  if (!row || !loaded) throw notFound('user');
  return {
    ...row,
    role: row.roles[0]?.name ?? null,
    permissions: [...(loaded.principal.permissions ?? [])].sort(),
    two_factor_enabled: false,
  };
}

import { hashPassword, refuseWeakPassword } from '../auth/passwords.ts';
import { revoke } from '../auth/principal-cache.ts';
import { requirePermission } from '../auth/scope.ts';
import { endSessions } from '../auth/session.service.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, notFound, permissionDenied } from '../core/errors.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Input } from '../crud/write-rows.ts';
import { record } from '../events/record.ts';
import { keepAdministrator } from '../role-assignments/administrators.service.ts';
import { giveRole } from '../role-assignments/role-assignment.service.ts';
import { userResource } from './user.resource.ts';

const crud = crudService(userResource);
const ADMIN_LEVEL = 4;

export const userService: CrudService = {
  ...crud,
  create: createUserByHand,
  update: async (ctx, id, input, options) => {
    await refuseAboveOwnUser(ctx, id);
    const user = await crud.update(ctx, id, input, options);
    await revoke(ctx, `user:${id}`);
    return user;
  },
};

/**
 * Makes an account with a first password and a role, by the rules of registration. Throws 403 for a role above the
 * maker's own, 400 for a weak password, 409 when the e-mail is taken.
 */
async function createUserByHand(ctx: Ctx, { role_id, password, ...input }: Input): Promise<Row> {
  requirePermission(ctx.principal, 'invite_users');
  const email = String(input.email);
  refuseWeakPassword('password', String(password), {
    email,
    names: [String(input.first_name), String(input.last_name)],
  });
  const password_hash = await hashPassword(String(password));
  const user = await crud.create(ctx, { ...input, username: email, password_hash });
  const id = String(user.id);
  await giveRole(ctx, { user_id: id, role_id: String(role_id) });
  return crud.read(ctx, id);
}

/** Shuts a user out at every door within a second; their rows and history stay. Throws 404, 403, 409. */
export async function suspendUser(ctx: Ctx, id: string): Promise<Row> {
  if (id === ctx.principal.user_id) throw conflict('You cannot suspend yourself.');
  const { user, level } = await setActive(ctx, id, false);
  if (level === ADMIN_LEVEL) await keepAdministrator(ctx);
  return user;
}

/** The same for an account that must not stay open, be it the last administrator: `create-admin` makes another one. */
export async function suspendUnsafeUser(ctx: Ctx, id: string): Promise<Row> {
  return (await setActive(ctx, id, false)).user;
}

/** Lets a suspended user in again. Throws 404, 403, 409. */
export async function reactivateUser(ctx: Ctx, id: string): Promise<Row> {
  return (await setActive(ctx, id, true)).user;
}

/** Where a user's day begins; UTC where there is none. */
export async function findTimeZone(ctx: Ctx, userId: unknown): Promise<string> {
  if (userId === ctx.principal.user_id) return ctx.principal.time_zone;
  const [user] = await ctx.db.query<{ timezone: string }>('SELECT timezone FROM users WHERE id = $1', [userId]);
  return user?.timezone ?? 'UTC';
}

async function setActive(ctx: Ctx, id: string, isActive: boolean): Promise<{ user: Row; level: number }> {
  requirePermission(ctx.principal, 'remove_users');
  const level = await refuseAboveOwnUser(ctx, id);
  const [user] = await ctx.db.query<{ email: string; version: number }>(
    `UPDATE users SET is_active = $2, updated_at = now(), version = version + 1
     WHERE id = $1 AND is_active <> $2 AND deleted_at IS NULL RETURNING email, version`,
    [id, isActive],
  );
  if (!user) {
    await crud.read(ctx, id, { fields: ['id'] });
    throw conflict(isActive ? 'This user is active already.' : 'This user is suspended already.');
  }
  if (!isActive) await endSessions(ctx, { user_id: id }, 'suspended');
  const changes: Record<string, [unknown, unknown]> = { is_active: [!isActive, isActive] };
  const subject = { type: 'user', id, version: user.version, label: user.email };
  await record(ctx, isActive ? 'user.reactivated' : 'user.suspended', subject, { changes });
  await revoke(ctx, `user:${id}`);
  return { user: await crud.read(ctx, id), level };
}

/** A manager may not change an administrator, nor bring their rows into reach. Answers the user's level. Throws 404, 403. */
export async function refuseAboveOwnUser(ctx: Ctx, id: string): Promise<number> {
  const [user] = await ctx.db.query<{ level: number }>(
    `SELECT coalesce(max(r.level), -1) AS level FROM users u
     LEFT JOIN role_assignments a ON a.user_id = u.id AND a.deleted_at IS NULL
     LEFT JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
     WHERE u.id = $1 AND u.deleted_at IS NULL GROUP BY u.id`,
    [id],
  );
  if (!user) throw notFound('user');
  if (user.level > ctx.principal.level) throw permissionDenied('manage_team', 'This user’s role is above your own.');
  return user.level;
}

import { revoke } from '../auth/principal-cache.ts';
import { requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { fieldError, notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { record } from '../events/record.ts';
import { refuseAboveOwnUser } from '../users/user.service.ts';
import { teamResource } from './team.resource.ts';

const crud = crudService(teamResource);

// Whose rows a user sees hangs on the teams, so each change of one is felt by every cached principal.
export const teamService: CrudService = {
  ...crud,
  create: async (ctx, input) => thenForget(ctx, await crud.create(ctx, input)),
  update: async (ctx, id, input, options) => thenForget(ctx, await crud.update(ctx, id, input, options)),
  delete: async (ctx, id, options) => thenForget(ctx, await crud.delete(ctx, id, options)),
  restore: async (ctx, id) => thenForget(ctx, await crud.restore(ctx, id)),
  purge: async (ctx, id, options) => thenForget(ctx, await crud.purge(ctx, id, options)),
};

async function thenForget<T>(ctx: Ctx, result: T): Promise<T> {
  await revoke(ctx, 'all');
  return result;
}

export interface TeamMember {
  id: string;
  user_id: string;
  user_name: string;
  user_email: string;
  is_manager: boolean;
  created_at: string;
}

const SELECT_MEMBERS = `
  SELECT m.id, m.user_id, trim(u.first_name || ' ' || u.last_name) AS user_name, u.email AS user_email, m.is_manager, m.created_at
  FROM team_memberships m JOIN users u ON u.id = m.user_id`;

/** Everybody in a team, managers first. Throws 404. */
export async function listMembers(ctx: Ctx, teamId: string): Promise<TeamMember[]> {
  await crud.read(ctx, teamId, { fields: ['id'] });
  return ctx.db.query<TeamMember>(`${SELECT_MEMBERS} WHERE m.team_id = $1 ORDER BY m.is_manager DESC, u.email`, [
    teamId,
  ]);
}

/**
 * Puts a user into a team, or changes whether they manage it. Throws 404, 403 for a user above
 * the caller's level, 400 for an unknown one.
 */
export async function setMember(
  ctx: Ctx,
  teamId: string,
  input: { user_id: string; is_manager: boolean },
): Promise<TeamMember> {
  requirePermission(ctx.principal, 'manage_team');
  const team = await crud.read(ctx, teamId, { fields: ['id', 'name'] });
  const users = await ctx.db.query('SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL', [input.user_id]);
  if (users.length === 0) throw fieldError('user_id', 'not_found', 'No such user.');
  // Who manages a team sees its members' rows.
  await refuseAboveOwnUser(ctx, input.user_id);
  await ctx.db.query(
    `INSERT INTO team_memberships (id, team_id, user_id, is_manager) VALUES ($1, $2, $3, $4)
     ON CONFLICT (team_id, user_id) DO UPDATE SET is_manager = excluded.is_manager`,
    [newId(), teamId, input.user_id, input.is_manager],
  );
  const metadata = { team_id: teamId, user_id: input.user_id, is_manager: input.is_manager };
  await record(ctx, 'team_membership.created', { type: 'team', id: teamId, label: String(team.name) }, { metadata });
  await revoke(ctx, 'all');
  const [member] = await ctx.db.query<TeamMember>(`${SELECT_MEMBERS} WHERE m.team_id = $1 AND m.user_id = $2`, [
    teamId,
    input.user_id,
  ]);
  if (!member) throw notFound('member');
  return member;
}

/** Takes a user out of a team. Throws 404. */
export async function removeMember(ctx: Ctx, teamId: string, userId: string): Promise<void> {
  requirePermission(ctx.principal, 'manage_team');
  const team = await crud.read(ctx, teamId, { fields: ['id', 'name'] });
  const removed = await ctx.db.query('DELETE FROM team_memberships WHERE team_id = $1 AND user_id = $2 RETURNING id', [
    teamId,
    userId,
  ]);
  if (removed.length === 0) throw notFound('member');
  const metadata = { team_id: teamId, user_id: userId };
  await record(ctx, 'team_membership.deleted', { type: 'team', id: teamId, label: String(team.name) }, { metadata });
  await revoke(ctx, 'all');
}

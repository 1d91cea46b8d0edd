import { revoke } from '../auth/principal-cache.ts';
import { holdsPermission, requirePermission } from '../auth/scope.ts';
import { type Ctx, SYSTEM } from '../core/ctx.ts';
import type { Row } from '../core/database.ts';
import { conflict, duplicate, fieldError, notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { record } from '../events/record.ts';
import { refuseAboveOwn } from '../roles/role.service.ts';
import { keepAdministrator } from './administrators.service.ts';
import { ownAssignmentResource, roleAssignmentResource } from './role-assignment.resource.ts';

const crud = crudService(roleAssignmentResource);
const ownCrud = crudService(ownAssignmentResource);

interface Assignment {
  id: string;
  user_id: string;
  user_email: string;
  role: { id: string; name: string; display_name: string; level: number };
  team_id: string | null;
}

/** Whoever may write it: who gives a first role with an invitation may list none. */
async function readAssignment(ctx: Ctx, id: string): Promise<Row & Assignment> {
  return (await crud.read({ ...ctx, principal: SYSTEM }, id)) as Row & Assignment;
}

export interface NewAssignment {
  user_id: string;
  role_id: string;
  team_id?: string | null;
}

/**
 * Gives a role to a user. Throws 403 above the giver's level, 400 for unknown ids and suspended users, 409 when they
 * hold it already.
 */
export async function createAssignment(ctx: Ctx, input: NewAssignment): Promise<Row> {
  requirePermission(ctx.principal, 'assign_roles');
  return giveRole(ctx, input);
}

/** As {@link createAssignment}, for callers whose own permission includes a first role: a user is never without one. */
export async function giveRole(ctx: Ctx, input: NewAssignment): Promise<Row> {
  const [role] = await ctx.db.query<{ id: string; level: number; permissions: string[] }>(
    'SELECT id, level, permissions FROM roles WHERE id = $1 AND deleted_at IS NULL FOR SHARE',
    [input.role_id],
  );
  if (!role) throw fieldError('role_id', 'not_found', 'No such role.');
  refuseAboveOwn(ctx, role);
  const [user] = await ctx.db.query<{ is_active: boolean }>(
    'SELECT is_active FROM users WHERE id = $1 AND deleted_at IS NULL',
    [input.user_id],
  );
  if (!user) throw fieldError('user_id', 'not_found', 'No such user.');
  if (!user.is_active) throw fieldError('user_id', 'suspended', 'This user is suspended.');
  if (input.team_id) {
    const teams = await ctx.db.query('SELECT 1 FROM teams WHERE id = $1 AND deleted_at IS NULL', [input.team_id]);
    if (teams.length === 0) throw fieldError('team_id', 'not_found', 'No such team.');
  }
  const id = newId();
  const inserted = await ctx.db.query(
    `INSERT INTO role_assignments (id, user_id, role_id, team_id, created_by_id) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING RETURNING id`,
    [id, input.user_id, input.role_id, input.team_id ?? null, ctx.principal.user_id],
  );
  if (inserted.length === 0) throw duplicate('role_id', 'The user holds this role already.');
  const assignment = await readAssignment(ctx, id);
  await recordAssignment(ctx, 'role_assignment.created', assignment);
  return assignment;
}

/** Takes a role from a user. Throws 404, 403 above the caller's level, 409 for the last administrator. */
export async function deleteAssignment(ctx: Ctx, id: string): Promise<void> {
  requirePermission(ctx.principal, 'assign_roles');
  const assignment = await readAssignment(ctx, id);
  refuseAboveOwn(ctx, assignment.role);
  const deleted = await ctx.db.query(
    `UPDATE role_assignments SET deleted_at = now(), version = version + 1
     WHERE id = $1 AND deleted_at IS NULL RETURNING id`,
    [id],
  );
  if (deleted.length === 0) throw notFound('role assignment');
  if (assignment.role.name === 'admin') await keepAdministrator(ctx);
  await recordAssignment(ctx, 'role_assignment.deleted', assignment);
}

async function recordAssignment(
  ctx: Ctx,
  event: 'role_assignment.created' | 'role_assignment.deleted',
  assignment: Assignment,
) {
  const { user_id, role, team_id } = assignment;
  const subject = {
    type: 'role_assignment',
    id: assignment.id,
    label: `${role.display_name}: ${assignment.user_email}`,
  };
  await record(ctx, event, subject, { metadata: { user_id, role_id: role.id, role_name: role.display_name, team_id } });
  await revoke(ctx, `user:${user_id}`);
}

/** Assignments as rows, for doors that speak of every noun alike. They are given and taken, never changed. */
export const roleAssignmentService: CrudService = {
  ...crud,
  create: (ctx, input) => createAssignment(ctx, input as unknown as NewAssignment),
  update: () => Promise.reject(conflict('A role assignment is taken back and given anew, not changed.')),
  delete: (ctx, id) => deleteAssignment(ctx, id),
  // Brought back, it would pass the check that nobody gives a role above their own.
  restore: () => Promise.reject(conflict('A role that was taken back is given anew, not restored.')),
  purge: () => Promise.reject(conflict('A role assignment is part of the record and is not deleted for good.')),
};

/** Everybody's assignments for those who may assign roles, one's own for everybody else. */
export const visibleAssignments: CrudService = {
  ...ownCrud,
  list: (ctx, query, url) => seenBy(ctx).list(ctx, query, url),
  read: (ctx, id, options) => seenBy(ctx).read(ctx, id, options),
};

function seenBy(ctx: Ctx): CrudService {
  return holdsPermission(ctx.principal, 'assign_roles') ? crud : ownCrud;
}

import { revoke } from '../auth/principal-cache.ts';
import { holdsPermission, requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { conflict, duplicate, fieldError, notFound } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import { record } from '../events/record.ts';
import { refuseAboveOwn } from '../roles/role.service.ts';
import { keepAdministrator } from './administrators.service.ts';
import { roleAssignmentResource } from './role-assignment.resource.ts';

export interface AssignmentView {
  id: string;
  user_id: string;
  user_email: string;
  user_name: string;
  role: { id: string; name: string; display_name: string; level: number; color: string };
  team_id: string | null;
  assigned_by_id: string | null;
  assigned_by_name: string | null;
  assigned_at: string;
}

const SELECT_ASSIGNMENT = `
  SELECT a.id, a.user_id, u.email AS user_email, trim(u.first_name || ' ' || u.last_name) AS user_name,
    json_build_object('id', r.id, 'name', r.name, 'display_name', r.display_name, 'level', r.level, 'color', r.color) AS role,
    a.team_id, a.created_by_id AS assigned_by_id, nullif(trim(b.first_name || ' ' || b.last_name), '') AS assigned_by_name,
    a.created_at AS assigned_at
  FROM role_assignments a
  JOIN users u ON u.id = a.user_id
  JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
  LEFT JOIN users b ON b.id = a.created_by_id`;

export interface AssignmentQuery {
  user_id?: string;
  role_id?: string;
  page: number;
  page_size: number;
}

/** Everybody's assignments for those who may assign roles, one's own for everybody else. */
export async function listAssignments(ctx: Ctx, query: AssignmentQuery) {
  const mine = holdsPermission(ctx.principal, 'assign_roles') ? null : ctx.principal.user_id;
  const where = `WHERE a.deleted_at IS NULL AND ($1::uuid IS NULL OR a.user_id = $1) AND ($2::uuid IS NULL OR a.user_id = $2)
    AND ($3::uuid IS NULL OR a.role_id = $3)`;
  const values = [mine, query.user_id ?? null, query.role_id ?? null];
  const [total] = await ctx.db.query<{ count: number }>(
    `SELECT count(*) AS count FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL ${where}`,
    values,
  );
  const results = await ctx.db.query<AssignmentView>(
    `${SELECT_ASSIGNMENT} ${where} ORDER BY a.created_at DESC, a.id DESC LIMIT $4 OFFSET $5`,
    [...values, query.page_size, (query.page - 1) * query.page_size],
  );
  return { count: total?.count ?? 0, results };
}

async function readAssignment(ctx: Ctx, id: string): Promise<AssignmentView> {
  const [assignment] = await ctx.db.query<AssignmentView>(
    `${SELECT_ASSIGNMENT} WHERE a.id = $1 AND a.deleted_at IS NULL`,
    [id],
  );
  if (!assignment) throw notFound('role assignment');
  return assignment;
}

export interface NewAssignment {
  user_id: string;
  role_id: string;
  team_id?: string | null;
}

/** Gives a role to a user. Throws 403 above the giver's level, 400 for unknown ids, 409 when they hold it already. */
export async function createAssignment(ctx: Ctx, input: NewAssignment): Promise<AssignmentView> {
  requirePermission(ctx.principal, 'assign_roles');
  return giveRole(ctx, input);
}

/** As {@link createAssignment}, for callers whose own permission includes a first role: a user is never without one. */
export async function giveRole(ctx: Ctx, input: NewAssignment): Promise<AssignmentView> {
  const [role] = await ctx.db.query<{ id: string; level: number; permissions: string[] }>(
    'SELECT id, level, permissions FROM roles WHERE id = $1 AND deleted_at IS NULL FOR SHARE',
    [input.role_id],
  );
  if (!role) throw fieldError('role_id', 'not_found', 'No such role.');
  refuseAboveOwn(ctx, role);
  const users = await ctx.db.query('SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL', [input.user_id]);
  if (users.length === 0) throw fieldError('user_id', 'not_found', 'No such user.');
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
  assignment: AssignmentView,
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

const crud = crudService(roleAssignmentResource);

/** Assignments as rows, for doors that speak of every noun alike. They are given and taken, never changed. */
export const roleAssignmentService: CrudService = {
  ...crud,
  create: async (ctx, input) => {
    const { id } = await createAssignment(ctx, input as unknown as NewAssignment);
    return crud.read(ctx, id);
  },
  update: () => Promise.reject(conflict('A role assignment is taken back and given anew, not changed.')),
  delete: (ctx, id) => deleteAssignment(ctx, id),
  // Brought back, it would pass the check that nobody gives a role above their own.
  restore: () => Promise.reject(conflict('A role that was taken back is given anew, not restored.')),
  purge: () => Promise.reject(conflict('A role assignment is part of the record and is not deleted for good.')),
};

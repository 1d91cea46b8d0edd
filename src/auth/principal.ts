import type { Grant, Principal } from '../core/ctx.ts';
import type { Connection } from '../core/database.ts';
import { prepared } from '../core/database.ts';
import { isInstallationWide, isPermission } from './permissions.ts';

interface PrincipalRow {
  user_id: string;
  name: string;
  timezone: string;
  is_active: boolean;
  has_teams: boolean;
  roles: {
    name: string;
    level: number;
    permissions: string[];
    team_id: string | null;
    team_members: string[] | null;
  }[];
  shared: string[];
  managed: string[];
}

const MANAGER_LEVEL = 3;
const ADMIN_LEVEL = 4;

// One statement, because this stands before every request whose session is not cached.
const SELECT_PRINCIPAL = `
  SELECT u.id AS user_id, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.email) AS name,
    u.timezone,
    u.is_active AND u.deleted_at IS NULL AS is_active,
    EXISTS (SELECT 1 FROM teams WHERE deleted_at IS NULL) AS has_teams,
    coalesce((SELECT json_agg(json_build_object('name', r.name, 'level', r.level, 'permissions', r.permissions,
        'team_id', a.team_id, 'team_members', CASE WHEN a.team_id IS NULL THEN NULL ELSE
          (SELECT coalesce(json_agg(m.user_id), '[]') FROM team_memberships m
            JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL WHERE m.team_id = a.team_id) END))
      FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
      WHERE a.user_id = u.id AND a.deleted_at IS NULL), '[]') AS roles,
    coalesce((SELECT json_agg(DISTINCT o.user_id) FROM team_memberships m
      JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL AND t.shares_records
      JOIN team_memberships o ON o.team_id = m.team_id WHERE m.user_id = u.id), '[]') AS shared,
    coalesce((SELECT json_agg(DISTINCT o.user_id) FROM team_memberships m
      JOIN teams t ON t.id = m.team_id AND t.deleted_at IS NULL
      JOIN team_memberships o ON o.team_id = m.team_id WHERE m.user_id = u.id AND m.is_manager), '[]') AS managed
  FROM users u`;

export interface LoadedPrincipal {
  principal: Principal;
  is_active: boolean;
}

/**
 * The principal of a living session: absent when the session ended, expired or never was. That of a suspended user is
 * found although their sessions have ended, so that they are told why.
 */
export async function loadSessionPrincipal(db: Connection, sessionId: string): Promise<LoadedPrincipal | null> {
  const [row] = await db.query<PrincipalRow>(
    prepared(
      `${SELECT_PRINCIPAL} JOIN sessions s ON s.user_id = u.id
       WHERE s.id = $1 AND (s.ended_at IS NULL AND s.expires_at > now() OR NOT u.is_active)`,
      [sessionId],
    ),
  );
  return row ? { principal: buildPrincipal(row, sessionId), is_active: row.is_active } : null;
}

export async function loadUserPrincipal(db: Connection, userId: string): Promise<LoadedPrincipal | null> {
  const [row] = await db.query<PrincipalRow>(prepared(`${SELECT_PRINCIPAL} WHERE u.id = $1`, [userId]));
  return row ? { principal: buildPrincipal(row, null), is_active: row.is_active } : null;
}

function buildPrincipal(row: PrincipalRow, session_id: string | null): Principal {
  const grants = row.roles.map((role): Grant => {
    // What concerns the whole installation cannot be limited to a team, so a role that is does not carry it.
    const carried = role.permissions.filter((code) => role.team_id === null || !isInstallationWide(code));
    const permissions = new Set(carried.filter(isPermission));
    return { role: role.name, level: role.level, permissions, team_id: role.team_id, user_ids: findReach(row, role) };
  });
  return {
    user_id: row.user_id,
    session_id,
    name: row.name,
    time_zone: row.timezone,
    level: Math.max(-1, ...grants.filter((grant) => grant.team_id === null).map((grant) => grant.level)),
    permissions: new Set(grants.flatMap((grant) => [...grant.permissions])),
    grants,
  };
}

function findReach(row: PrincipalRow, role: PrincipalRow['roles'][number]): readonly string[] | null {
  if (role.team_members) return role.team_members;
  if (role.level >= ADMIN_LEVEL) return null;
  if (role.level === MANAGER_LEVEL) return row.has_teams ? union(row.user_id, row.managed, row.shared) : null;
  if (role.level < 2) return null;
  return union(row.user_id, row.shared);
}

function union(own: string, ...lists: string[][]): string[] {
  return [...new Set([own, ...lists.flat()])];
}

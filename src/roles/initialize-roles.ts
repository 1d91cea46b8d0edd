import { SYSTEM_ROLES, type SystemRole } from '../auth/permissions.ts';
import { revoke } from '../auth/principal-cache.ts';
import { type Ctx, withTransaction } from '../core/ctx.ts';
import { newId } from '../core/ids.ts';
import { record } from '../events/record.ts';

export interface InitializeOptions {
  /** Says what would change and changes nothing. */
  isDryRun?: boolean;
  /** Resets system roles that were edited. */
  isForced?: boolean;
}

export interface RoleChange {
  name: string;
  outcome: 'created' | 'reset' | 'edited' | 'unchanged';
  /** Fields that differ from the list. */
  fields: string[];
}

interface StoredRole {
  id: string;
  name: string;
  display_name: string;
  description: string;
  level: number;
  color: string;
  permissions: string[];
  version: number;
}

const FIELDS = ['display_name', 'description', 'level', 'color', 'permissions'] as const;

/** Makes the five system roles where they are missing. Safe to run twice; an edited role is kept unless forced. */
export function initializeRoles(ctx: Ctx, options: InitializeOptions = {}): Promise<RoleChange[]> {
  return withTransaction(ctx, async (inner) => {
    await inner.db.query('LOCK TABLE roles IN SHARE ROW EXCLUSIVE MODE');
    const stored = await inner.db.query<StoredRole>('SELECT * FROM roles WHERE deleted_at IS NULL');
    const changes: RoleChange[] = [];
    for (const role of SYSTEM_ROLES) {
      const known = stored.find((each) => each.name === role.name);
      changes.push(known ? await resetRole(inner, known, role, options) : await createRole(inner, role, options));
    }
    if (!options.isDryRun && changes.some((change) => change.outcome === 'reset')) await revoke(inner, 'all');
    return changes;
  });
}

async function createRole(ctx: Ctx, role: SystemRole, options: InitializeOptions): Promise<RoleChange> {
  const change: RoleChange = { name: role.name, outcome: 'created', fields: [...FIELDS] };
  if (options.isDryRun) return change;
  const id = newId();
  await ctx.db.query(
    `INSERT INTO roles (id, name, display_name, description, level, color, permissions, is_system_role)
     VALUES ($1, $2, $3, $4, $5, $6, $7, true)`,
    [id, role.name, role.display_name, role.description, role.level, role.color, [...role.permissions].sort()],
  );
  await record(ctx, 'role.created', { type: 'role', id, version: 1, label: role.display_name });
  return change;
}

async function resetRole(
  ctx: Ctx,
  known: StoredRole,
  role: SystemRole,
  options: InitializeOptions,
): Promise<RoleChange> {
  const wanted = { ...role, permissions: [...role.permissions].sort() };
  const fields = FIELDS.filter((field) => JSON.stringify(sorted(known[field])) !== JSON.stringify(wanted[field]));
  if (fields.length === 0) return { name: role.name, outcome: 'unchanged', fields: [] };
  if (!options.isForced) return { name: role.name, outcome: 'edited', fields };
  const change: RoleChange = { name: role.name, outcome: 'reset', fields };
  if (options.isDryRun) return change;
  await ctx.db.query(
    `UPDATE roles SET display_name = $2, description = $3, level = $4, color = $5, permissions = $6, is_system_role = true,
       updated_at = now(), version = version + 1 WHERE id = $1`,
    [known.id, wanted.display_name, wanted.description, wanted.level, wanted.color, wanted.permissions],
  );
  const changes = Object.fromEntries(
    fields.map((field): [string, [unknown, unknown]] => [field, [known[field], wanted[field]]]),
  );
  await record(
    ctx,
    'role.updated',
    { type: 'role', id: known.id, version: known.version + 1, label: wanted.display_name },
    { changes },
  );
  return change;
}

function sorted(value: unknown): unknown {
  return Array.isArray(value) ? [...value].sort() : value;
}

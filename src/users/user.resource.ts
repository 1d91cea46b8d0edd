import { z } from 'zod';
import { passwordSchema } from '../auth/passwords.ts';
import type { ScopeRule } from '../auth/scope.ts';
import { defineResource } from '../crud/resource.ts';
import {
  email,
  instant,
  line,
  optionalLines,
  optionalPhone,
  optionalText,
  optionalUrl,
  requiredText,
  timeZone,
} from '../http/fields.ts';
import { User } from './user.entity.ts';

/** What colleagues see of one another on every record, whatever their permissions. */
export const USER_CARD = ['id', 'full_name', 'title', 'avatar_url'] as const;

function isLocale(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

export const localeTag = requiredText(35).refine(isLocale, 'Give a language tag such as en-GB.');

/** What users change of their own account. */
const profileFields = {
  first_name: line(100).default(''),
  last_name: line(100).default(''),
  phone: optionalPhone,
  title: optionalText(150),
  bio: optionalLines(2000),
  avatar_url: optionalUrl,
  timezone: timeZone.default('UTC'),
  locale: localeTag.default('en'),
};

/** Colleagues are one directory: who may see the team sees all of it. */
const wholeDirectory: ScopeRule = () => null;

export const userResource = defineResource({
  noun: 'user',
  plural: 'users',
  entity: User,
  label: (alias) => `coalesce(nullif(trim(${alias}.first_name || ' ' || ${alias}.last_name), ''), ${alias}.email)`,
  permissions: { view: 'view_team', create: 'invite_users', edit: 'manage_team', delete: 'remove_users' },
  scope: wholeDirectory,
  write: profileFields,
  createOnly: {
    email,
    password: passwordSchema.describe('The first one, which the user then changes'),
    role_id: z.uuid('Choose a role.'),
  },
  read: {
    email: z.string(),
    username: z.string(),
    is_active: z.boolean(),
    last_login: instant.nullable(),
  },
  computed: {
    full_name: {
      schema: z.string(),
      sql: (alias) => `coalesce(nullif(trim(${alias}.first_name || ' ' || ${alias}.last_name), ''), ${alias}.email)`,
      past: 'own',
    },
    roles: {
      schema: z.array(
        z.strictObject({
          assignment_id: z.uuid(),
          role_id: z.uuid(),
          name: z.string(),
          level: z.number(),
          team_name: z.string().nullable(),
        }),
      ),
      sql: (alias) =>
        `(SELECT coalesce(json_agg(json_build_object('assignment_id', a.id, 'role_id', r.id, 'name', r.display_name,
            'level', r.level, 'team_name', team.name) ORDER BY r.level DESC, r.display_name), '[]')
          FROM role_assignments a JOIN roles r ON r.id = a.role_id AND r.deleted_at IS NULL
          LEFT JOIN teams team ON team.id = a.team_id WHERE a.user_id = ${alias}.id AND a.deleted_at IS NULL)`,
    },
    teams: {
      schema: z.array(z.strictObject({ team_id: z.uuid(), name: z.string(), is_manager: z.boolean() })),
      sql: (alias) =>
        `(SELECT coalesce(json_agg(json_build_object('team_id', team.id, 'name', team.name, 'is_manager', m.is_manager)
            ORDER BY team.name), '[]')
          FROM team_memberships m JOIN teams team ON team.id = m.team_id AND team.deleted_at IS NULL
          WHERE m.user_id = ${alias}.id)`,
    },
  },
  filters: ['email', 'username', 'first_name', 'last_name', 'is_active', 'last_login', 'timezone'],
  sorts: ['email', 'first_name', 'last_name', 'last_login'],
  unique: ['email'],
});

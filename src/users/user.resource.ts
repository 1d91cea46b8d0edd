import { z } from 'zod';
import type { ScopeRule } from '../auth/scope.ts';
import { defineResource } from '../crud/resource.ts';
import {
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

/** What users change of their own account. */
const profileFields = {
  first_name: line(100).default(''),
  last_name: line(100).default(''),
  phone: optionalPhone,
  title: optionalText(150),
  bio: optionalLines(2000),
  avatar_url: optionalUrl,
  timezone: timeZone.default('UTC'),
  locale: requiredText(35).refine(isLocale, 'Give a language tag such as en-GB.').default('en'),
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
    },
  },
  filters: ['email', 'username', 'first_name', 'last_name', 'is_active', 'last_login', 'timezone'],
  sorts: ['email', 'first_name', 'last_name', 'last_login'],
  unique: ['email'],
});

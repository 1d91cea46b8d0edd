import { AuditLog } from './audit-logs/audit-log.entity.ts';
import { Session } from './auth/session.entity.ts';
import { Company } from './companies/company.entity.ts';
import { Contact } from './contacts/contact.entity.ts';
import { CustomField } from './custom-fields/custom-field.entity.ts';
import { IdempotencyKey } from './http/idempotency-key.entity.ts';
import { Notification } from './notifications/notification.entity.ts';
import { RoleAssignment } from './role-assignments/role-assignment.entity.ts';
import { Role } from './roles/role.entity.ts';
import { SavedView } from './saved-views/saved-view.entity.ts';
import { Team } from './teams/team.entity.ts';
import { TeamMembership } from './teams/team-membership.entity.ts';
import { User } from './users/user.entity.ts';

/** LIST of every table. */
export const entities = [
  AuditLog,
  Company,
  Contact,
  CustomField,
  IdempotencyKey,
  Notification,
  Role,
  RoleAssignment,
  SavedView,
  Session,
  Team,
  TeamMembership,
  User,
];

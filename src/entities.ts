import { AuditLog } from './audit-logs/audit-log.entity.ts';
import { Session } from './auth/session.entity.ts';
import { CalendarFeed } from './calendar/calendar-feed.entity.ts';
import { CalendarEvent } from './calendar/event.entity.ts';
import { Company } from './companies/company.entity.ts';
import { Contact } from './contacts/contact.entity.ts';
import { IdempotencyKey } from './http/idempotency-key.entity.ts';
import { Notification } from './notifications/notification.entity.ts';
import { Reminder } from './reminders/reminder.entity.ts';
import { RoleAssignment } from './role-assignments/role-assignment.entity.ts';
import { Role } from './roles/role.entity.ts';
import { TaskTemplate } from './task-templates/task-template.entity.ts';
import { Task } from './tasks/task.entity.ts';
import { Team } from './teams/team.entity.ts';
import { TeamMembership } from './teams/team-membership.entity.ts';
import { User } from './users/user.entity.ts';

/** LIST of every table. */
export const entities = [
  AuditLog,
  CalendarEvent,
  CalendarFeed,
  Company,
  Contact,
  IdempotencyKey,
  Notification,
  Reminder,
  Role,
  RoleAssignment,
  Session,
  Task,
  TaskTemplate,
  Team,
  TeamMembership,
  User,
];

import { Activity } from './activities/activity.entity.ts';
import { AuditLog } from './audit-logs/audit-log.entity.ts';
import { Session } from './auth/session.entity.ts';
import { CalendarFeed } from './calendar/calendar-feed.entity.ts';
import { CalendarEvent } from './calendar/event.entity.ts';
import { Comment } from './comments/comment.entity.ts';
import { Company } from './companies/company.entity.ts';
import { ContactGroup } from './contact-groups/contact-group.entity.ts';
import { ContactGroupMember } from './contact-groups/contact-group-member.entity.ts';
import { Contact } from './contacts/contact.entity.ts';
import { CustomField } from './custom-fields/custom-field.entity.ts';
import { Deal } from './deals/deal.entity.ts';
import { DealContact } from './deals/deal-contact.entity.ts';
import { DealLineItem } from './deals/deal-line-item.entity.ts';
import { DealTotal } from './deals/deal-total.entity.ts';
import { StageTransition } from './deals/stage-transition.entity.ts';
import { DuplicateDismissal } from './duplicates/duplicate-dismissal.entity.ts';
import { Follow } from './follows/follow.entity.ts';
import { IdempotencyKey } from './http/idempotency-key.entity.ts';
import { LeadAssignmentRule } from './lead-assignment-rules/lead-assignment-rule.entity.ts';
import { Lead } from './leads/lead.entity.ts';
import { Merge } from './merges/merge.entity.ts';
import { Notification } from './notifications/notification.entity.ts';
import { Pipeline } from './pipelines/pipeline.entity.ts';
import { PipelineStage } from './pipelines/pipeline-stage.entity.ts';
import { Product } from './products/product.entity.ts';
import { RecentItem } from './recent-items/recent-item.entity.ts';
import { Reminder } from './reminders/reminder.entity.ts';
import { RoleAssignment } from './role-assignments/role-assignment.entity.ts';
import { Role } from './roles/role.entity.ts';
import { SavedSearch } from './saved-searches/saved-search.entity.ts';
import { SavedView } from './saved-views/saved-view.entity.ts';
import { SearchTerm } from './search/search-term.entity.ts';
import { TaskTemplate } from './task-templates/task-template.entity.ts';
import { Task } from './tasks/task.entity.ts';
import { Team } from './teams/team.entity.ts';
import { TeamMembership } from './teams/team-membership.entity.ts';
import { User } from './users/user.entity.ts';

/** LIST of every table. */
export const entities = [
  Activity,
  AuditLog,
  CalendarEvent,
  CalendarFeed,
  Comment,
  Company,
  Contact,
  ContactGroup,
  ContactGroupMember,
  CustomField,
  Deal,
  DealContact,
  DealLineItem,
  DealTotal,
  DuplicateDismissal,
  Follow,
  IdempotencyKey,
  Lead,
  LeadAssignmentRule,
  Merge,
  Notification,
  Pipeline,
  PipelineStage,
  Product,
  RecentItem,
  Reminder,
  Role,
  RoleAssignment,
  SavedSearch,
  SavedView,
  SearchTerm,
  Session,
  StageTransition,
  Task,
  TaskTemplate,
  Team,
  TeamMembership,
  User,
];

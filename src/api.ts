import { activityRoutes } from './activities/activity.routes.ts';
import { authRoutes } from './auth/auth.routes.ts';
import type { AuthDeps } from './auth/auth.service.ts';
import { calendarRoutes } from './calendar/calendar.routes.ts';
import { commentRoutes } from './comments/comment.routes.ts';
import { companyRoutes } from './companies/company.routes.ts';
import { contactGroupRoutes } from './contact-groups/contact-group.routes.ts';
import { contactRoutes } from './contacts/contact.routes.ts';
import { customFieldRoutes } from './custom-fields/custom-field.routes.ts';
import { dealRoutes } from './deals/deal.routes.ts';
import { followRoutes } from './follows/follow.routes.ts';
import { type HealthDeps, healthRoutes } from './health/health.routes.ts';
import { jobRoutes } from './health/jobs.routes.ts';
import type { Route } from './http/route.ts';
import { leadAssignmentRuleRoutes } from './lead-assignment-rules/lead-assignment-rule.routes.ts';
import { leadRoutes } from './leads/lead.routes.ts';
import { notificationRoutes } from './notifications/notification.routes.ts';
import { pipelineRoutes } from './pipelines/pipeline.routes.ts';
import { productRoutes } from './products/product.routes.ts';
import type { Queue } from './queue.ts';
import { recentItemRoutes } from './recent-items/recent-item.routes.ts';
import { reminderRoutes } from './reminders/reminder.routes.ts';
import { roleAssignmentRoutes } from './role-assignments/role-assignment.routes.ts';
import { roleRoutes } from './roles/role.routes.ts';
import { savedSearchRoutes } from './saved-searches/saved-search.routes.ts';
import { savedViewRoutes } from './saved-views/saved-view.routes.ts';
import { searchRoutes } from './search/search.routes.ts';
import { taskTemplateRoutes } from './task-templates/task-template.routes.ts';
import { taskRoutes } from './tasks/task.routes.ts';
import { teamRoutes } from './teams/team.routes.ts';
import { userRoutes } from './users/user.routes.ts';

export interface RouteDeps {
  auth: AuthDeps;
  health: HealthDeps;
  queue: Queue;
}

/** LIST of every route group under /api/v1. */
export function listRoutes(deps: RouteDeps): Route[] {
  return [
    ...healthRoutes(deps.health),
    ...jobRoutes(deps.queue),
    ...authRoutes(deps.auth),
    ...userRoutes,
    ...teamRoutes,
    ...roleRoutes,
    ...roleAssignmentRoutes,
    ...contactRoutes,
    ...contactGroupRoutes,
    ...companyRoutes,
    ...customFieldRoutes,
    ...savedViewRoutes,
    ...leadRoutes,
    ...leadAssignmentRuleRoutes,
    ...activityRoutes,
    ...commentRoutes,
    ...followRoutes,
    ...pipelineRoutes,
    ...productRoutes,
    ...dealRoutes,
    ...searchRoutes,
    ...savedSearchRoutes,
    ...recentItemRoutes,
    ...taskRoutes,
    ...taskTemplateRoutes,
    ...calendarRoutes,
    ...reminderRoutes,
    ...notificationRoutes,
  ];
}

import { activityResource } from './activities/activity.resource.ts';
import { commentResource } from './comments/comment.resource.ts';
import type { Resource } from './crud/resource.ts';
import { leadAssignmentRuleResource } from './lead-assignment-rules/lead-assignment-rule.resource.ts';
import { notificationResource } from './notifications/notification.resource.ts';
import { pipelineResource } from './pipelines/pipeline.resource.ts';
import { productResource } from './products/product.resource.ts';
import { recordResources } from './records/record-types.ts';
import { reminderResource } from './reminders/reminder.resource.ts';
import { roleResource } from './roles/role.resource.ts';
import { taskTemplateResource } from './task-templates/task-template.resource.ts';
import { teamResource } from './teams/team.resource.ts';
import { userResource } from './users/user.resource.ts';

/** LIST of every noun whose list may be kept as a saved view; those with a `custom_fields` column may be given fields. */
export const resources: readonly Resource[] = [
  ...recordResources,
  leadAssignmentRuleResource,
  pipelineResource,
  productResource,
  taskTemplateResource,
  reminderResource,
  activityResource,
  commentResource,
  userResource,
  teamResource,
  roleResource,
  notificationResource,
];

/** The noun by its plural; `undefined` where there is none. */
export function findResource(plural: string): Resource | undefined {
  return resources.find((resource) => resource.plural === plural);
}

/** The nouns that may be given custom fields, in the plural. */
export const extensibleNouns: readonly string[] = resources
  .filter((resource) => resource.columns.has('custom_fields'))
  .map((resource) => resource.plural);

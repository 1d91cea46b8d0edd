import type { ResourceWithOptions } from 'adminjs';
import { describeResource } from './describe-resource.ts';
import type { Presentation } from './presentation.ts';
import { auditLogPresentation } from './presentations/audit-log.ts';
import { companyPresentation } from './presentations/company.ts';
import { contactPresentation } from './presentations/contact.ts';
import { contactGroupPresentation } from './presentations/contact-group.ts';
import { customFieldPresentation } from './presentations/custom-field.ts';
import { dealPresentation } from './presentations/deal.ts';
import { eventPresentation } from './presentations/event.ts';
import { leadPresentation } from './presentations/lead.ts';
import { leadAssignmentRulePresentation } from './presentations/lead-assignment-rule.ts';
import { pipelinePresentation } from './presentations/pipeline.ts';
import { productPresentation } from './presentations/product.ts';
import { rolePresentation } from './presentations/role.ts';
import { roleAssignmentPresentation } from './presentations/role-assignment.ts';
import { taskPresentation } from './presentations/task.ts';
import { taskTemplatePresentation } from './presentations/task-template.ts';
import { teamPresentation } from './presentations/team.ts';
import { userPresentation } from './presentations/user.ts';
import { ServiceResource } from './service-resource.ts';

/** LIST of the nouns of the panel that are written through their services, in the order of the menu. */
export const presentations: readonly Presentation[] = [
  contactPresentation,
  companyPresentation,
  contactGroupPresentation,
  leadPresentation,
  dealPresentation,
  pipelinePresentation,
  productPresentation,
  leadAssignmentRulePresentation,
  taskPresentation,
  eventPresentation,
  taskTemplatePresentation,
  userPresentation,
  teamPresentation,
  rolePresentation,
  roleAssignmentPresentation,
  customFieldPresentation,
];

/** Everything in the menu. */
export function listResources(): ResourceWithOptions[] {
  const nouns = presentations.map((presentation) => ({
    resource: new ServiceResource(presentation),
    options: describeResource(presentation),
  }));
  return [...nouns, auditLogPresentation(presentations.map(({ service }) => service.resource))];
}

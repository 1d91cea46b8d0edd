import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { leadAssignmentRuleService } from './lead-assignment-rule.service.ts';

export const leadAssignmentRuleRoutes: Route[] = crudRoutes(leadAssignmentRuleService);

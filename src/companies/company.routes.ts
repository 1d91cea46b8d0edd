import { statisticsRoute } from '../crud/statistics.ts';
import type { Route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { companyResource } from './company.resource.ts';
import { companyService } from './company.service.ts';

export const companyRoutes: Route[] = [
  statisticsRoute(companyResource, { by_type: 'company_type', by_size: 'size' }),
  ...recordRoutes(companyService),
];

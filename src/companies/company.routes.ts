import { statisticsRoute } from '../crud/statistics.ts';
import { duplicateRoutes } from '../duplicates/duplicate-routes.ts';
import type { Route } from '../http/route.ts';
import { mergeRoutes } from '../merges/merge-routes.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { companyDuplicates } from './company.duplicates.ts';
import { companyMerging } from './company.merging.ts';
import { companyResource } from './company.resource.ts';
import { companyService } from './company.service.ts';

export const companyRoutes: Route[] = [
  statisticsRoute(companyResource, { by_type: 'company_type', by_size: 'size' }),
  ...recordRoutes(companyService),
  ...duplicateRoutes(companyDuplicates),
  ...mergeRoutes(companyMerging),
];

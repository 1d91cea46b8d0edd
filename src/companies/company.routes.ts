import type { Route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { companyService } from './company.service.ts';

export const companyRoutes: Route[] = recordRoutes(companyService);

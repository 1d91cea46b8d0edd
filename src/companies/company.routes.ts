import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { companyService } from './company.service.ts';

export const companyRoutes: Route[] = crudRoutes(companyService);

import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { dealService } from './deal.service.ts';

/** Both names are one set of handlers. */
export const dealRoutes: Route[] = ['/deals/', '/opportunities/'].flatMap((path) => crudRoutes(dealService, path));

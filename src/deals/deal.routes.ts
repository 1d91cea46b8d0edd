import type { Route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { dealService } from './deal.service.ts';

/** Both names are one set of handlers. */
export const dealRoutes: Route[] = ['/deals/', '/opportunities/'].flatMap((path) => recordRoutes(dealService, path));

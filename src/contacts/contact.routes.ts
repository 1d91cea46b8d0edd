import { statisticsRoute } from '../crud/statistics.ts';
import type { Route } from '../http/route.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { contactResource } from './contact.resource.ts';
import { contactService } from './contact.service.ts';

export const contactRoutes: Route[] = [
  statisticsRoute(contactResource, { by_type: 'contact_type', by_status: 'status' }),
  ...recordRoutes(contactService),
];

import { statisticsRoute } from '../crud/statistics.ts';
import { duplicateRoutes } from '../duplicates/duplicate-routes.ts';
import type { Route } from '../http/route.ts';
import { mergeRoutes } from '../merges/merge-routes.ts';
import { recordRoutes } from '../records/record-routes.ts';
import { contactDuplicates } from './contact.duplicates.ts';
import { contactMerging } from './contact.merging.ts';
import { contactResource } from './contact.resource.ts';
import { contactService } from './contact.service.ts';
import { contactListRoute } from './contact-list.ts';

export const contactRoutes: Route[] = [
  statisticsRoute(contactResource, { by_type: 'contact_type', by_status: 'status' }),
  contactListRoute,
  ...recordRoutes(contactService).filter((each) => each.method !== 'get' || each.path !== contactListRoute.path),
  ...duplicateRoutes(contactDuplicates),
  ...mergeRoutes(contactMerging),
];

import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { savedViewService } from './saved-view.service.ts';

export const savedViewRoutes: Route[] = crudRoutes(savedViewService, '/saved-views/');

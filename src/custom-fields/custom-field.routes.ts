import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { customFieldService } from './custom-field.service.ts';

export const customFieldRoutes: Route[] = crudRoutes(customFieldService, '/custom-fields/');

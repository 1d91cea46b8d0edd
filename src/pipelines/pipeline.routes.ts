import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { pipelineService } from './pipeline.service.ts';

export const pipelineRoutes: Route[] = crudRoutes(pipelineService);

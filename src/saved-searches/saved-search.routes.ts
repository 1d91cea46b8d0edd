import { crudRoutes } from '../crud/crud-routes.ts';
import { type CrudService, crudService } from '../crud/crud-service.ts';
import type { Route } from '../http/route.ts';
import { savedSearchResource } from './saved-search.resource.ts';

const crud = crudService(savedSearchResource);

export const savedSearchService: CrudService = {
  ...crud,
  create: (ctx, input, options) => crud.create(ctx, { ...input, user_id: ctx.principal.user_id }, options),
};

export const savedSearchRoutes: Route[] = crudRoutes(savedSearchService);

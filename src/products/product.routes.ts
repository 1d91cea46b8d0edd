import { crudRoutes } from '../crud/crud-routes.ts';
import type { Route } from '../http/route.ts';
import { productService } from './product.service.ts';

export const productRoutes: Route[] = crudRoutes(productService);

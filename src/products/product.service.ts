import { type CrudService, crudService } from '../crud/crud-service.ts';
import { productResource } from './product.resource.ts';

export const productService: CrudService = crudService(productResource);

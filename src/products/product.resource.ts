import { z } from 'zod';
import { sharedRows } from '../auth/scope.ts';
import { defineResource, type Resource } from '../crud/resource.ts';
import { amount, currency, optionalLines, optionalText, requiredText } from '../http/fields.ts';
import { USER_CARD, userResource } from '../users/user.resource.ts';
import { Product } from './product.entity.ts';

export const productResource: Resource = defineResource({
  noun: 'product',
  plural: 'products',
  entity: Product,
  label: (alias) => `${alias}.name`,
  permissions: { view: 'view_deals', create: 'create_deals', edit: 'edit_deals', delete: 'delete_deals' },
  scope: sharedRows,
  write: {
    name: requiredText(200),
    sku: optionalText(100).describe('Kept as it is written; unique however it is spelled in upper and lower case'),
    description: optionalLines(10_000),
    price: amount,
    currency: currency.default('USD'),
    category: optionalText(100),
    is_active: z.boolean().default(true),
  },
  relations: {
    created_by: { column: 'created_by_id', target: () => userResource, label: 'created_by_name', card: USER_CARD },
  },
  filters: ['name', 'sku', 'price', 'currency', 'category', 'is_active'],
  sorts: ['name', 'sku', 'price', 'category'],
  isSearchable: true,
  unique: ['sku'],
  caseless: ['sku'],
});

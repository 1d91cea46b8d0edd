import { productService } from '../../src/products/product.service.ts';
import type { Presentation } from '../presentation.ts';
import { SALES } from './groups.ts';

const DETAILS = ['sku', 'category', 'price', 'currency', 'is_active', 'description'];

export const productPresentation: Presentation = {
  service: productService,
  group: SALES,
  title: 'name',
  list: ['name', 'sku', 'category', 'price', 'currency', 'is_active', 'created_at'],
  show: ['name', ...DETAILS, 'created_at', 'created_by_id', 'updated_at'],
  edit: ['name', ...DETAILS],
  filter: ['name', 'sku', 'category', 'price', 'is_active', 'created_at'],
  sort: { sortBy: 'name', direction: 'asc' },
  properties: { description: { type: 'textarea', props: { rows: 4 } } },
};

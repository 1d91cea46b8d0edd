import type { DuplicateRules } from '../duplicates/duplicate-rules.ts';
import { companyResource } from './company.resource.ts';

/** Companies whose names differ in their legal form alone are likely one. */
export const companyDuplicates: DuplicateRules = {
  resource: companyResource,
  fields: ['name'],
  likenesses: [{ reason: 'name', score: 80, columns: ['name_key'], needs: 'name' }],
  comparisons: [],
  card: ['domain', 'industry', 'city', 'country', 'owner_name', 'created_at'],
};

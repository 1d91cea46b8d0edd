import { mergeRows } from '../merges/merge-rows.ts';
import type { MergeRules } from '../merges/merge-rules.ts';
import type { Merging } from '../merges/merging.ts';
import { unmergeRows } from '../merges/unmerge-rows.ts';
import { companyResource } from './company.resource.ts';
import { lockTree } from './company.tree.ts';

const rules: MergeRules = {
  resource: companyResource,
  collected: {},
  latest: [],
  lasting: [],
  following: { currency: 'annual_revenue' },
};

export const companyMerging: Merging = {
  resource: companyResource,
  merge: async (ctx, id, input) => {
    await lockTree(ctx);
    return mergeRows(ctx, rules, id, input);
  },
  unmerge: async (ctx, id, mergeId) => {
    await lockTree(ctx);
    return unmergeRows(ctx, companyResource, id, mergeId);
  },
};

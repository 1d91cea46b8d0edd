import { mergeRows } from '../merges/merge-rows.ts';
import type { MergeRules } from '../merges/merge-rules.ts';
import type { Merging } from '../merges/merging.ts';
import { unmergeRows } from '../merges/unmerge-rows.ts';
import { contactResource } from './contact.resource.ts';

const rules: MergeRules = {
  resource: contactResource,
  collected: { emails: ['email'], phones: ['phone', 'mobile'] },
  latest: ['last_contacted_at'],
  // Whoever asked for no mail gets none, whichever of the rows they said it of.
  lasting: ['do_not_email'],
  following: {},
};

export const contactMerging: Merging = {
  resource: contactResource,
  merge: (ctx, id, input) => mergeRows(ctx, rules, id, input),
  unmerge: (ctx, id, mergeId) => unmergeRows(ctx, contactResource, id, mergeId),
};

import type { Ctx } from '../core/ctx.ts';
import type { Resource } from '../crud/resource.ts';
import type { MergeInput, MergeResult } from './merge-rows.ts';
import type { UnmergeResult } from './unmerge-rows.ts';

/** What a feature does to merge its rows and to take that back. */
export interface Merging {
  resource: Resource;
  merge(ctx: Ctx, id: string, input: MergeInput): Promise<MergeResult>;
  unmerge(ctx: Ctx, id: string, mergeId?: string): Promise<UnmergeResult>;
}

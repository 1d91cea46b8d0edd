import type { Ctx } from './ctx.ts';

/** The parameters of a list that somebody has kept under a name. */
export interface SavedList {
  id: string;
  name: string;
  /** The noun in the plural. */
  entity: string;
  filters: Record<string, string>;
  ordering: string | null;
  columns: string[];
}

/** Where they are found. */
export interface SavedLists {
  /** Throws 404 for one that is not there or not for the caller. */
  find(ctx: Ctx, id: string): Promise<SavedList>;
}

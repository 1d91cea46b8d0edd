import type { Resource } from '../crud/resource.ts';

/** How two rows of a resource become one, beyond what the kinds of its columns say. */
export interface MergeRules {
  resource: Resource;
  /** Lists of entries with a `value`, each with the fields whose values would be lost but for it. */
  collected: Record<string, readonly string[]>;
  /** Instants of which the last counts. */
  latest: readonly string[];
  /** Yes or no, of which a yes of any row counts. */
  lasting: readonly string[];
  /** Fields that mean nothing without another one, and come from the row that gives that one. */
  following: Record<string, string>;
}

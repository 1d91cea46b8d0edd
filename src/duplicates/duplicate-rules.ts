import type { Row } from '../core/database.ts';
import type { Resource } from '../crud/resource.ts';

/** Two rows are likely the same where these columns are equal in both and hold something. */
export interface Likeness {
  reason: string;
  /** 0 to 100: how sure it is. */
  score: number;
  columns: readonly string[];
  /** The field without which a row has none of this, so that nothing need be looked for. */
  needs: string;
  /** Too weak to refuse a write; only the scan tells of it. */
  isScanOnly?: boolean;
}

/** A comparison that no group of equal columns tells: SQL over the aliases of the written row and another. */
export interface Comparison {
  reason: string;
  needs: string;
  condition: (written: string, other: string) => string;
}

/** What makes two rows of a resource likely the same. */
export interface DuplicateRules {
  resource: Resource;
  /** Fields whose change asks for the check. */
  fields: readonly string[];
  likenesses: readonly Likeness[];
  comparisons: readonly Comparison[];
  /** What the scan shows of a row beside its id and name. */
  card: readonly string[];
}

/** Whether a written row has what a rule compares. */
export function appliesTo({ needs }: Pick<Likeness, 'needs'>, row: Row): boolean {
  const value = row[needs];
  return Array.isArray(value) ? value.length > 0 : value !== null && value !== undefined;
}

/** That a column holds something to compare. The indexes are limited to such rows, so a statement must say it. */
export function isComparable(column: string, alias: string): string {
  return column === 'name_key' ? `${alias}.name_key <> ''` : `${alias}.${column} IS NOT NULL`;
}

/** Pairs that a person has said are two. */
export function isDismissed(noun: string, one: string, other: string): string {
  return `EXISTS (SELECT 1 FROM duplicate_dismissals d WHERE d.noun = '${noun}'
    AND d.first_id = least(${one}, ${other}) AND d.second_id = greatest(${one}, ${other}))`;
}

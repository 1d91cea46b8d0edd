import { holdsPermission, requirePermission } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';
import { compileMatch } from '../crud/search.ts';
import { Parameters, scopeCondition } from '../crud/select.ts';
import { highlight } from './highlight.ts';
import { type SearchType, searchTypes } from './search-types.ts';
import { correctWords, readWords, type Term, toTsQuery } from './search-words.ts';

export interface SearchInput {
  q: string;
  /** Nouns; all that the caller may see unless given. */
  entity_types?: readonly string[];
  limit: number;
}

export interface SearchResult {
  id: string;
  entity_type: string;
  title: string;
  subtitle: string;
  description: string;
  url: string;
  score: number;
  highlights: Record<string, string>;
}

/** Rows that are ranked of each kind: a word that half of a million rows hold is not worth ranking them all. */
const CANDIDATES = 200;
/** What was found only by correcting a word stands behind what was found as it was written. */
const CORRECTED_WEIGHT = 0.3;

/**
 * Looks through every kind of row that the caller may see, best first. Words are AND-ed; when that finds less than was
 * asked for, words spelled alike are looked for as well. What was written a moment ago is found.
 * Throws 403 when a kind is named that the caller may not see.
 */
export async function search(ctx: Ctx, input: SearchInput): Promise<SearchResult[]> {
  const types = chooseTypes(ctx, input.entity_types);
  const words = await readWords(ctx, input.q);
  if (words.length === 0) return [];
  const exact = await searchTypesFor(
    ctx,
    types,
    words.map((word) => [word]),
    words,
    input.limit,
  );
  const corrected = exact.length < input.limit ? await correctWords(ctx, words) : null;
  const near = corrected ? await searchTypesFor(ctx, types, corrected, words, input.limit) : [];
  const known = new Set(exact.map((result) => result.id));
  const others = near
    .filter((result) => !known.has(result.id))
    .map((result) => ({ ...result, score: result.score * CORRECTED_WEIGHT }));
  return [...exact, ...others].sort((a, b) => b.score - a.score || a.id.localeCompare(b.id)).slice(0, input.limit);
}

function chooseTypes(ctx: Ctx, wanted: readonly string[] | undefined): SearchType[] {
  const chosen = searchTypes.filter(({ resource }) => !wanted || wanted.includes(resource.noun));
  if (wanted) for (const { resource } of chosen) requirePermission(ctx.principal, resource.permissions.view);
  return chosen.filter(({ resource }) => holdsPermission(ctx.principal, resource.permissions.view));
}

async function searchTypesFor(
  ctx: Ctx,
  types: readonly SearchType[],
  terms: readonly Term[],
  words: readonly string[],
  limit: number,
): Promise<SearchResult[]> {
  const found = await Promise.all(types.map((type) => searchType(ctx, type, terms, words, limit)));
  return found.flat();
}

type Found = Pick<SearchResult, 'id' | 'title' | 'subtitle' | 'description' | 'score'>;

async function searchType(
  ctx: Ctx,
  type: SearchType,
  terms: readonly Term[],
  words: readonly string[],
  limit: number,
): Promise<SearchResult[]> {
  const { resource, title, subtitle, description } = type;
  const { values, bind } = new Parameters();
  const makeTsQuery = (weight: '' | 'A') => `to_tsquery('simple', ${bind(toTsQuery(terms, weight))})`;
  const matches = compileMatch(ctx, resource, bind, makeTsQuery);
  const scope = scopeCondition(ctx, resource, resource.permissions.view, 't', bind);
  // The weights say whose words they are, not what they are worth.
  const rank = `ts_rank('{1,1,1,1}', search_vector, ${makeTsQuery('')})`;
  // A title that is what was typed, or begins with it, stands before one that merely holds the words.
  const typed = bind(words.join(' '));
  const rows = await ctx.db.query<Found>(
    prepared(
      `SELECT id, title, subtitle, description, (${rank}
           + CASE WHEN plain = ${typed} THEN 1 WHEN starts_with(plain, ${typed}) THEN 0.5 ELSE 0 END)::float8 AS score
         FROM (SELECT t.id, t.search_vector, ${title('t')} AS title, ${subtitle('t')} AS subtitle,
             coalesce(${description('t')}, '') AS description
           FROM ${resource.plural} t WHERE ${matches} AND t.deleted_at IS NULL AND ${scope} LIMIT ${CANDIDATES}) AS candidates
         CROSS JOIN LATERAL (SELECT search_words(title) AS plain OFFSET 0) AS words
         ORDER BY score DESC, id LIMIT ${limit}`,
      values,
    ),
  );
  const looked = terms.flat();
  return rows.map((row) => ({
    ...row,
    entity_type: resource.noun,
    url: `/${resource.plural}/${row.id}`,
    highlights: highlightFields(row, looked),
  }));
}

function highlightFields(row: Found, words: readonly string[]): Record<string, string> {
  const highlights: Record<string, string> = {};
  for (const field of ['title', 'subtitle', 'description'] as const) {
    const html = highlight(row[field], words);
    if (html) highlights[field] = html;
  }
  return highlights;
}

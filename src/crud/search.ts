import type { Bind } from '../auth/scope.ts';
import type { Ctx } from '../core/ctx.ts';
import type { Resource } from './resource.ts';
import { scopeCondition } from './select.ts';

/** The tsquery, in SQL, that the words of a row must match; with `weight` A only those of its own. */
export type MakeTsQuery = (weight: '' | 'A') => string;

/**
 * Words AND-ed, accents and case ignored, the last one as a prefix; nothing to look for finds nothing. The words go
 * through the function that made the index, which leaves letters and digits only: PostgreSQL must do it, because
 * unaccent turns some letters into quotes, and those would be read as the query language of `to_tsquery`.
 */
export function compileSearch(ctx: Ctx, resource: Resource, text: string, bind: Bind): string {
  const words = `nullif(search_words(${bind(text.normalize('NFKC').replaceAll('\0', ' '))}), '')`;
  return compileMatch(ctx, resource, bind, (weight) => {
    const [each, last] = weight ? [`:${weight}`, `:*${weight}`] : ['', ':*'];
    return `to_tsquery('simple', replace(${words}, ' ', '${each} & ') || '${last}')`;
  });
}

/**
 * The rows that match. Words that come from another row count only for who may read that row: for others the match
 * must be found in the row's own words.
 */
export function compileMatch(ctx: Ctx, resource: Resource, bind: Bind, makeTsQuery: MakeTsQuery): string {
  const found = `t.search_vector @@ ${makeTsQuery('')}`;
  const relation = resource.relations[resource.searchedRelation ?? ''];
  if (!relation) return found;
  const target = relation.target();
  const readable = scopeCondition(ctx, target, target.permissions.view, 'named', bind);
  // A value rather than EXISTS, of which PostgreSQL would make a table of all rows that are readable.
  return `${found} AND (t.search_vector @@ ${makeTsQuery('A')} OR (SELECT TRUE FROM ${target.plural} named
    WHERE named.id = t.${relation.column} AND named.deleted_at IS NULL AND ${readable}))`;
}

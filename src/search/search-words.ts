import type { Ctx } from '../core/ctx.ts';
import { prepared } from '../core/database.ts';

/** A word that is looked for, or one of several in its place. */
export type Term = readonly string[];

const MOST_WORDS = 8;
/** A shorter last word is looked for as it stands: as a prefix it would be the beginning of nearly everything. */
const LEAST_PREFIX = 2;
/** Shorter words have too many neighbours for a correction to mean anything. */
const LEAST_CORRECTED = 4;
const CORRECTIONS = 5;

/** The words of a text as the index has them: letters and digits only, so that they may stand in a tsquery. */
export async function readWords(ctx: Ctx, text: string): Promise<string[]> {
  const [row] = await ctx.db.query<{ words: string }>(
    prepared('SELECT search_words($1) AS words', [text.normalize('NFKC').replaceAll('\0', ' ')]),
  );
  return (row?.words ?? '').split(' ').filter(Boolean).slice(0, MOST_WORDS);
}

/**
 * The words that are in the index and nearest in spelling to those given, each with itself. `null` when there are
 * none: the same words would find the same again.
 */
export async function correctWords(ctx: Ctx, words: string[]): Promise<Term[] | null> {
  const wrong = words.filter((word) => word.length >= LEAST_CORRECTED);
  if (wrong.length === 0) return null;
  const rows = await ctx.db.query<{ word: string; term: string }>(
    prepared(
      `SELECT word, near.term FROM unnest($1::text[]) AS word CROSS JOIN LATERAL (
         SELECT term FROM search_terms WHERE term % word AND term <> word
         ORDER BY similarity(term, word) DESC, term LIMIT ${CORRECTIONS}) AS near`,
      [wrong],
    ),
  );
  if (rows.length === 0) return null;
  return words.map((word) => [word, ...rows.filter((row) => row.word === word).map((row) => row.term)]);
}

/** `ada & (lovelace:* | lovelock)`: the last word as a prefix. */
export function toTsQuery(terms: readonly Term[], weight: '' | 'A'): string {
  return terms
    .map((alternatives, index) => {
      const isLast = index === terms.length - 1;
      const spelled = alternatives.map((word) => {
        const isPrefix = isLast && word === alternatives[0] && word.length >= LEAST_PREFIX;
        const mark = `${isPrefix ? '*' : ''}${weight}`;
        return mark ? `${word}:${mark}` : word;
      });
      return spelled.length > 1 ? `(${spelled.join(' | ')})` : spelled[0];
    })
    .join(' & ');
}

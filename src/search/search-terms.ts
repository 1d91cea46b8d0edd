import type { Ctx } from '../core/ctx.ts';
import { type EventName, eventNames } from '../events/catalog.ts';
import type { RecordedEvent } from '../events/recorded-event.ts';
import { searchTypes } from './search-types.ts';

const nouns = new Map(searchTypes.map(({ resource }) => [resource.noun, resource.plural]));

/** Events after which there may be words that nobody has searched for yet. */
export const termEvents: readonly EventName[] = eventNames.filter((name) => {
  const [noun = '', verb = ''] = name.split('.');
  return nouns.has(noun) && ['created', 'updated', 'logged'].includes(verb);
});

/** Only words are worth correcting: numbers are right or wrong. */
const IS_WORD = "term ~ '^[[:alpha:]]{4,40}$'";

/** Learns the words of a row, from which misspelt searches are corrected. */
export async function learnTerms(ctx: Ctx, event: RecordedEvent): Promise<void> {
  const table = nouns.get(event.resource_type);
  if (!table) return;
  await ctx.db.query(
    `INSERT INTO search_terms (term)
     SELECT term FROM (SELECT DISTINCT unnest(tsvector_to_array(search_vector)) AS term FROM ${table} WHERE id = $1) AS words
     WHERE ${IS_WORD} ORDER BY term ON CONFLICT DO NOTHING`,
    [event.resource_id],
  );
}

/** Learns the words of whole tables, after rows were added past the events. */
export async function learnAllTerms(ctx: Ctx, tables: readonly string[]): Promise<void> {
  for (const table of tables) {
    await ctx.db.query(
      `INSERT INTO search_terms (term) SELECT word FROM ts_stat('SELECT search_vector FROM ${table}') AS stat (word, documents, entries)
       WHERE ${IS_WORD.replace('term', 'word')} ON CONFLICT DO NOTHING`,
    );
  }
}

import { z } from 'zod';
import { type Route, route } from '../http/route.ts';
import { search } from './search.service.ts';
import { searchTypes } from './search-types.ts';

const nouns = searchTypes.map(({ resource }) => resource.noun) as [string, ...string[]];
/** The plural is what lists are called by, so it is understood as well. */
const byName = new Map(
  searchTypes.flatMap(
    ({ resource: { noun, plural } }) =>
      [
        [noun, noun],
        [plural, noun],
      ] as const,
  ),
);

const entityTypes = z
  .string()
  .transform((text) => text.split(',').map((name) => name.trim()))
  .pipe(z.array(z.string().refine((name) => byName.has(name), `Choose some of ${nouns.join(', ')}.`)))
  .transform((names) => names.map((name) => byName.get(name) ?? name));

const result = z.strictObject({
  id: z.uuid(),
  entity_type: z.string(),
  title: z.string(),
  subtitle: z.string(),
  description: z.string(),
  url: z.string().describe('The path of the frontend'),
  score: z.number(),
  highlights: z.record(z.string(), z.string()).describe('HTML by field, what was found in <mark>, all else escaped'),
});

export const searchRoutes: Route[] = [
  route({
    method: 'get',
    path: '/search/',
    tag: 'search',
    permission: 'signed-in',
    limit: 'search',
    summary: 'Search everything that the caller may see, best first, tolerant of typing errors.',
    query: z.strictObject({
      q: z.string().trim().min(1, 'Give something to look for.').max(200, 'Give at most 200 characters.'),
      entity_types: entityTypes.optional().describe(`Comma list of: ${nouns.join(', ')}`),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.strictObject({ query: z.string(), count: z.number().int(), results: z.array(result) }),
    handler: async (ctx, { query }) => {
      const results = await search(ctx, query);
      return { query: query.q, count: results.length, results };
    },
  }),
];

import { distance } from 'fastest-levenshtein';

/**
 * A sentence part that offers the valid name nearest to a wrong one, or lists the valid ones when none is near and they are few.
 * Returns an empty string when there is nothing to offer.
 */
export function suggestName(wrong: string, valid: Iterable<string>): string {
  const names = [...valid];
  const short = wrong.slice(0, 64);
  const best = names.map((name) => ({ name, cost: distance(short, name) })).sort((a, b) => a.cost - b.cost)[0];
  if (best && best.cost <= Math.max(2, Math.floor(best.name.length / 2))) return ` Did you mean ${best.name}?`;
  if (names.length > 0 && names.length <= 40) return ` Valid: ${names.sort().join(', ')}.`;
  return best ? ` The nearest is ${best.name}.` : '';
}

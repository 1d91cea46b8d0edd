/** By `table.column`, and in it by the source that they named: the ids of the rows that name the target now. */
export type Moved = Record<string, Record<string, string[]>>;

export function countMoved(moved: Moved): Record<string, number> {
  return Object.fromEntries(
    Object.entries(moved).map(([place, bySource]) => [
      place,
      Object.values(bySource).reduce((sum, ids) => sum + ids.length, 0),
    ]),
  );
}

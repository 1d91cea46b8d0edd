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

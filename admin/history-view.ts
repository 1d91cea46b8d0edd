/** What the server tells the page of one record's history; types only, as both sides import it. */
export interface HistoryView {
  entries: HistoryEntry[];
  /** The entry from which the older ones go on; `null` at the end. */
  before: string | null;
}

export interface HistoryEntry {
  id: string;
  actor_name: string;
  action: string;
  created_at: string;
  changes: Change[];
}

/** A field, what it held before and what it holds since, with names in place of the ids of other rows. */
export interface Change {
  field: string;
  before: unknown;
  after: unknown;
}

/** How a list of other rows is shown, told to the browser; types only, as both sides import it. */
export interface LinksView {
  /** The noun that is linked to. */
  reference: string;
  /** Where an entry names the other row. */
  id: string;
  /** What is said of an entry beside its name. */
  note?: string;
  /** The noun whose rows tie the two together, and what its form and its list are called here. */
  more?: { reference: string; new: MoreLink; list: MoreLink };
}

export interface MoreLink {
  label: string;
  /** Put before the id of the record that is shown. */
  search: string;
}

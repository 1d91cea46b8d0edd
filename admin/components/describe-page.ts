import type { ActionJSON, RecordJSON } from 'adminjs';

export interface PageText {
  heading: string;
  /** From the particular to the general, for the browser's tab. */
  title: string[];
}

/** What a page is called: its record where it has one, otherwise its noun. */
export function describePage(
  action: ActionJSON,
  plural: string,
  record: RecordJSON | undefined,
  verb: string,
): PageText {
  if (record) {
    const heading = action.name === 'show' ? record.title : `${verb}: ${record.title}`;
    return { heading, title: [heading, plural] };
  }
  if (action.name === 'list') return { heading: plural, title: [plural] };
  const heading = action.name === 'new' ? `New ${action.custom.noun ?? 'record'}` : verb;
  return { heading, title: [heading, plural] };
}

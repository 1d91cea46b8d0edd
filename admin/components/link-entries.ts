import { flat, type PropertyJSON, type RecordJSON } from 'adminjs';
import { labelOf } from '../labels.ts';
import type { LinksView } from '../links-view.ts';

export interface LinkEntry {
  href: string;
  text: string;
}

/** The other rows that a computed field lists, as links. */
export function readLinks(record: RecordJSON, property: PropertyJSON): LinkEntry[] {
  const { reference, id, note } = property.custom.links as LinksView;
  const given: unknown = flat.get(record.params, property.path);
  const entries = Array.isArray(given) ? (given as Record<string, unknown>[]) : [];
  return entries.map((entry) => ({
    href: `/admin/resources/${reference}/records/${entry[id]}/show`,
    text: [entry.name, note && printNote(note, entry[note])].filter(Boolean).join(' '),
  }));
}

/** `is_manager: true` as "(manager)", `team_name: 'West'` as "(West)". */
function printNote(name: string, value: unknown): string {
  if (value === true) return `(${labelOf(name.replace(/^is_/, '')).toLowerCase()})`;
  return typeof value === 'string' ? `(${value})` : '';
}

import type { PropertyOptions } from 'adminjs';
import type { LinksView } from './links-view.ts';

/** A computed list of other rows, shown as links to them. */
export function showLinks(links: LinksView): PropertyOptions {
  return { type: 'mixed', custom: { links }, components: { list: 'LinksList', show: 'LinksShow' } };
}

import type { Action, ActionResponse, PropertyOptions } from 'adminjs';
import type { CrudService } from '../src/crud/crud-service.ts';

export type PanelAction = Partial<Action<ActionResponse>>;

/** What the panel shows of one noun. What a field may hold and who may do what is read from its resource. */
export interface Presentation {
  service: CrudService;
  group: { name: string; icon: string };
  /** The field that stands for the row in links and is searched when another row refers to it. */
  title: string;
  /** Fields whose words are searched where the table has no search vector. */
  search?: string[];
  list: string[];
  show: string[];
  edit: string[];
  /** The fields of a new row, where they are others than those of an existing one. */
  create?: string[];
  filter: string[];
  sort: { sortBy: string; direction: 'asc' | 'desc' };
  /** For columns that are made of others: the column by which they are sorted. */
  sortAs?: Record<string, string>;
  /** Built-in actions that the noun does not have; without a trash its rows are not brought back. */
  without?: ('new' | 'edit' | 'delete' | 'bulkDelete' | 'trash')[];
  /** Which rows can be deleted at all, where that is not each of them. */
  isDeletable?: (row: Record<string, unknown>) => boolean;
  properties?: Record<string, PropertyOptions>;
  actions?: Record<string, PanelAction>;
}

/** The part of a list's address that shows its trash. AdminJS carries `tab` along while one pages, sorts and filters. */
export const TRASH_SEARCH = '?tab=trash';

/** The name under which the list asks the service for the trash, as REST does. */
export const TRASH_FILTER = 'trashed';

export function hasTrash({ without = [] }: Presentation): boolean {
  return !without.includes('trash');
}

/** The fields that the form for a new row offers. */
export function createFields({ create, edit }: Presentation): readonly string[] {
  return create ?? edit;
}

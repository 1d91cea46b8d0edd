import { fileURLToPath } from 'node:url';
import { ComponentLoader } from 'adminjs';

// Without an extension: a build has .js where the source has .tsx.
const file = (name: string) => fileURLToPath(new URL(`./components/${name}`, import.meta.url));

/** LIST of our own components, by the name that AdminJS knows them under. */
export const COMPONENTS = {
  Dashboard: file('dashboard'),
  RecordList: file('record-list'),
  RecordForm: file('record-form'),
  ConfirmAction: file('confirm-action'),
  ConfirmBulk: file('confirm-bulk'),
  History: file('history'),
  EntriesEdit: file('entries-edit'),
  EntriesShow: file('entries-show'),
  PairsEdit: file('pairs-edit'),
  PairsShow: file('pairs-show'),
  CodeEdit: file('code-edit'),
  CodeFilter: file('code-filter'),
  CodeList: file('code-list'),
  CodeShow: file('code-show'),
  InstantList: file('instant-list'),
  InstantShow: file('instant-show'),
  RiskList: file('risk-list'),
  RiskShow: file('risk-show'),
  SubjectShow: file('subject-show'),
  LinksList: file('links-list'),
  LinksShow: file('links-show'),
  MembersShow: file('members-show'),
  PermissionsEdit: file('permissions-edit'),
  PermissionsShow: file('permissions-show'),
  ChangesShow: file('changes-show'),
} as const;

/** LIST of AdminJS's own components that ours take the place of, by its names for them. */
const OVERRIDES = {
  ActionHeader: file('action-header'),
  DashboardRoute: file('dashboard-route'),
  ResourceRoute: file('resource-route'),
  ResourceActionRoute: file('resource-route'),
  RecordActionRoute: file('record-route'),
  NoRecords: file('no-records'),
  DefaultListProperty: file('text-list'),
  DefaultReferenceValue: file('reference-value'),
} as const;

/** What names the controls that AdminJS draws. */
export const CONTROLS = file('name-controls');

/** All that is bundled for the browser. */
export const BUNDLED: Record<string, string> = { ...COMPONENTS, ...OVERRIDES };

export type ComponentName = keyof typeof COMPONENTS;

/** AdminJS refuses names of components that it was not told of. */
export function loadComponents(): ComponentLoader {
  const loader = new ComponentLoader();
  for (const [name, path] of Object.entries(COMPONENTS)) loader.add(name, path);
  for (const [name, path] of Object.entries(OVERRIDES)) loader.override(name, path);
  return loader;
}

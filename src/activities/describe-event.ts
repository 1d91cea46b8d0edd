import type { RecordedEvent } from '../events/recorded-event.ts';

type Facts = Pick<RecordedEvent, 'actor_name' | 'action' | 'changes' | 'metadata'>;

/** How an action is told of a record, where its name in the past tense and the record do not make the sentence. */
const PHRASES: Record<string, (what: string, facts: Facts) => string> = {
  updated: (what, { changes }) => `changed ${listFields(Object.keys(changes))} of ${what}`,
  deleted: (what) => `moved ${what} to the trash`,
  restored: (what) => `brought ${what} back from the trash`,
  purged: (what) => `deleted ${what} permanently`,
  status_changed: (what, { metadata }) => `moved ${what} from ${metadata.from} to ${metadata.to}`,
  merged: (what, { metadata }) => `merged ${countOthers(metadata.source_ids)} into ${what}`,
  unmerged: (what, { metadata }) => `took the merge of ${countOthers(metadata.source_ids)} into ${what} back`,
  duplicate_dismissed: (what) => `said that ${what} is not one of those that look like it`,
  commented: (what) => `commented on ${what}`,
  mentioned: (what, { metadata }) => `mentioned ${countPeople(metadata.mentions)} in a comment on ${what}`,
  logged: (what, { metadata }) => `logged a ${metadata.type === 'email' ? 'e-mail' : metadata.type} with ${what}`,
};

/** `Ada Lovelace changed status and phone of the contact Bob Smith.` */
export function describeEvent(facts: Facts, noun: string, label: string): string {
  const what = `the ${noun.replaceAll('_', ' ')} ${label}`;
  const told = PHRASES[facts.action]?.(what, facts) ?? `${facts.action.replaceAll('_', ' ')} ${what}`;
  return `${facts.actor_name === 'system' ? 'MyCRM' : facts.actor_name} ${told}.`;
}

// Not by their names: who may read the one need not be who may read the others.
function countOthers(ids: unknown): string {
  const { length } = ids as string[];
  return length === 1 ? 'another one' : `${length} others`;
}

function countPeople(ids: unknown): string {
  const { length } = ids as string[];
  return length === 1 ? 'somebody' : `${length} people`;
}

const MOST_FIELDS = 4;

function listFields(names: string[]): string {
  const plain = names.map((name) => name.replace(/^custom_fields\.|_id$/g, '').replaceAll('_', ' '));
  const shown =
    plain.length > MOST_FIELDS
      ? [...plain.slice(0, MOST_FIELDS - 1), `${plain.length - MOST_FIELDS + 1} more fields`]
      : plain;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? 'nothing');
}

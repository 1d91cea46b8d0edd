import { labelOf } from './labels.ts';

interface EventWords {
  /** What happened, as a heading. */
  label: string;
  /** What somebody did, as it follows their name. */
  sentence: (subject: string) => string;
}

/** LIST of the events of which their name does not say in a person's words what happened. */
const WORDS: Record<string, EventWords> = {
  'role_assignment.created': { label: 'Role assigned', sentence: (subject) => `gave ${toHolder(subject, 'to')}` },
  'role_assignment.deleted': { label: 'Role taken back', sentence: (subject) => `took ${toHolder(subject, 'from')}` },
  'team_membership.created': { label: 'Team member set', sentence: (team) => `put somebody into the team ${team}` },
  'team_membership.deleted': {
    label: 'Team member removed',
    sentence: (team) => `took somebody out of the team ${team}`,
  },
  'user.registered': { label: 'Account registered', sentence: () => 'registered' },
  'user.signed_in': { label: 'Signed in', sentence: () => 'signed in' },
  'user.sign_in_failed': { label: 'Sign-in failed', sentence: (account) => `failed to sign in as ${account}` },
  'user.locked': { label: 'Sign-in locked', sentence: () => 'was locked out after five failed sign-ins' },
  'user.signed_out': { label: 'Signed out', sentence: () => 'signed out' },
  'user.password_changed': { label: 'Password changed', sentence: () => 'changed their password' },
  'session.reuse_detected': {
    label: 'Used refresh token came again',
    sentence: () => 'came with a refresh token that was used before, which ended the session',
  },
};

/** What a person does to a row of any noun, with the noun and its name between. */
const VERBS: Record<string, (row: string) => string> = {
  updated: (row) => `changed ${row}`,
  deleted: (row) => `moved ${row} to the trash`,
  purged: (row) => `deleted ${row} for good`,
};

/** `contact.created` as "Contact created". */
export function nameEvent(event: string): string {
  return WORDS[event]?.label ?? labelOf(event.replace('.', ' '));
}

/** What somebody did, as it follows their name: "moved the contact Ada Lovelace to the trash". */
export function describeEvent(event: string, subject: string | null): string {
  const known = WORDS[event];
  if (known) return known.sentence(subject ?? '');
  const [noun = '', verb = ''] = event.split('.');
  const row = `the ${[noun.replaceAll('_', ' '), subject].filter(Boolean).join(' ')}`;
  return VERBS[verb]?.(row) ?? `${verb.replaceAll('_', ' ')} ${row}`;
}

/** An assignment is called "Viewer: ada@example.com". */
function toHolder(subject: string, preposition: 'to' | 'from'): string {
  const at = subject.lastIndexOf(': ');
  return `the role ${subject.slice(0, at)} ${preposition} ${subject.slice(at + 2)}`;
}

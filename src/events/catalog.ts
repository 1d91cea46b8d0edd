interface EventFacts {
  action: string;
  risk: 'low' | 'medium' | 'high' | 'critical';
  summary: string;
}

/** The life of a row, for every resource. */
function lifeOf<N extends string>(noun: N) {
  const subject = `${/^[aeio]/.test(noun) ? 'An' : 'A'} ${noun.replaceAll('_', ' ')}`;
  return {
    [`${noun}.created`]: { action: 'created', risk: 'low', summary: `${subject} was created.` },
    [`${noun}.updated`]: { action: 'updated', risk: 'low', summary: `${subject} was changed.` },
    [`${noun}.deleted`]: { action: 'deleted', risk: 'medium', summary: `${subject} was moved to the trash.` },
    [`${noun}.restored`]: { action: 'restored', risk: 'low', summary: `${subject} came back from the trash.` },
    [`${noun}.purged`]: { action: 'purged', risk: 'high', summary: `${subject} was deleted permanently.` },
  } as Record<`${N}.${'created' | 'updated' | 'deleted' | 'restored' | 'purged'}`, EventFacts>;
}

/** What becomes of likely duplicates. */
function mergingOf<N extends string>(noun: N) {
  return {
    [`${noun}.merged`]: { action: 'merged', risk: 'medium', summary: `Others were merged into a ${noun}.` },
    [`${noun}.unmerged`]: { action: 'unmerged', risk: 'medium', summary: `A merge into a ${noun} was taken back.` },
    [`${noun}.duplicate_dismissed`]: {
      action: 'duplicate_dismissed',
      risk: 'low',
      summary: `A ${noun} was said to be another than one that it looks like.`,
    },
  } as Record<`${N}.${'merged' | 'unmerged' | 'duplicate_dismissed'}`, EventFacts>;
}

/** LIST of every event. Names are past tense: they say what has happened. */
export const EVENTS = {
  ...lifeOf('contact'),
  ...lifeOf('company'),
  ...mergingOf('contact'),
  ...mergingOf('company'),
  ...lifeOf('contact_group'),
  'contact_group.members_added': { action: 'members_added', risk: 'low', summary: 'Contacts were put into a group.' },
  'contact_group.members_removed': {
    action: 'members_removed',
    risk: 'low',
    summary: 'A contact was taken out of a group.',
  },
  ...lifeOf('lead'),
  'lead.assigned': { action: 'assigned', risk: 'low', summary: 'A rule gave a new lead to somebody.' },
  'lead.converted': { action: 'converted', risk: 'low', summary: 'A lead became a contact.' },
  ...lifeOf('lead_assignment_rule'),
  ...lifeOf('comment'),
  'comment.created': { action: 'commented', risk: 'low', summary: 'A record was commented on.' },
  'comment.mentioned': { action: 'mentioned', risk: 'low', summary: 'A comment named users who may read it.' },
  ...lifeOf('saved_search'),
  ...lifeOf('product'),
  ...lifeOf('pipeline'),
  ...lifeOf('deal'),
  'deal.stage_changed': { action: 'status_changed', risk: 'low', summary: 'A deal went to another stage.' },
  'deal.won': { action: 'won', risk: 'low', summary: 'A deal was won.' },
  'deal.lost': { action: 'lost', risk: 'low', summary: 'A deal was lost.' },
  'deal.reopened': { action: 'reopened', risk: 'low', summary: 'A won or lost deal was opened again.' },
  ...lifeOf('task'),
  'task.completed': { action: 'completed', risk: 'low', summary: 'A task was completed.' },
  'task.reopened': { action: 'reopened', risk: 'low', summary: 'A completed or cancelled task was opened again.' },
  'task.assigned': { action: 'assigned', risk: 'low', summary: 'A task was given to somebody else.' },
  'task.reminded': { action: 'reminded', risk: 'low', summary: 'Whoever a task is assigned to was reminded of it.' },
  ...lifeOf('task_template'),
  ...lifeOf('event'),
  'calendar_feed.created': { action: 'created', risk: 'medium', summary: 'A secret address of a calendar was made.' },
  'calendar_feed.revoked': { action: 'revoked', risk: 'low', summary: 'A secret address of a calendar was withdrawn.' },
  ...lifeOf('reminder'),
  'reminder.snoozed': { action: 'snoozed', risk: 'low', summary: 'A reminder was put off.' },
  'reminder.delivered': { action: 'delivered', risk: 'low', summary: 'A reminder came due and was delivered.' },
  ...lifeOf('team'),
  ...lifeOf('role'),
  ...lifeOf('user'),
  ...lifeOf('custom_field'),
  ...lifeOf('saved_view'),
  'custom_field.purge_requested': {
    action: 'purge_requested',
    risk: 'high',
    summary: 'The values of an archived custom field are to be deleted.',
  },
  'activity.logged': { action: 'logged', risk: 'low', summary: 'A call, e-mail, meeting or note was logged.' },
  'role_assignment.created': { action: 'assigned', risk: 'medium', summary: 'A role was given to a user.' },
  'role_assignment.deleted': { action: 'unassigned', risk: 'medium', summary: 'A role was taken from a user.' },
  'team_membership.created': { action: 'joined', risk: 'low', summary: 'A user joined a team.' },
  'team_membership.deleted': { action: 'left', risk: 'low', summary: 'A user left a team.' },
  'user.registered': { action: 'registered', risk: 'low', summary: 'An account was made.' },
  'user.suspended': { action: 'suspended', risk: 'high', summary: 'A user was suspended.' },
  'user.reactivated': { action: 'reactivated', risk: 'medium', summary: 'A suspended user was let in again.' },
  'user.signed_in': { action: 'signed_in', risk: 'low', summary: 'A user signed in.' },
  'user.sign_in_failed': { action: 'sign_in_failed', risk: 'medium', summary: 'A sign-in failed.' },
  'user.locked': { action: 'locked', risk: 'high', summary: 'Five failed sign-ins locked an account for an address.' },
  'user.signed_out': { action: 'signed_out', risk: 'low', summary: 'A user signed out.' },
  'user.password_changed': { action: 'password_changed', risk: 'medium', summary: 'A password was changed.' },
  'session.reuse_detected': {
    action: 'reuse_detected',
    risk: 'high',
    summary: 'A used refresh token came again; its session was ended.',
  },
} as const satisfies Record<string, EventFacts>;

export type EventName = keyof typeof EVENTS;

/** The channel that wakes the dispatcher. */
export const EVENT_CHANNEL = 'mycrm_events';

export function eventFacts(name: EventName): EventFacts {
  return EVENTS[name];
}

export const eventNames = Object.keys(EVENTS) as EventName[];

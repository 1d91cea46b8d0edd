/** The time zone of the account that is signed in, which the server puts into the page. */
export function readerZone(): string {
  const { REDUX_STATE } = window as unknown as { REDUX_STATE: { session?: { timezone?: string } } };
  return REDUX_STATE.session?.timezone ?? 'UTC';
}

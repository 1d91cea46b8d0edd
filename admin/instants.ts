/** A moment as the panel writes it everywhere, `2026-11-25 01:30`, in the reader's time zone. Both sides import this. */
export function printInstant(instant: string | number | Date, zone: string): string {
  // Sweden writes dates as ISO 8601 does.
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: zone }).format(
    new Date(instant),
  );
}

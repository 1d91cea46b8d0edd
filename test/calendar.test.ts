import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let admin: Caller;
let rep: Caller;
let other: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  rep = await app.createCaller('sales_rep');
  other = await app.createCaller('sales_rep');
});
afterAll(() => app.close());

const hour = { start_at: '2026-05-04T08:00:00Z', end_at: '2026-05-04T09:00:00Z' };
const createEvent = async (more: object = {}, caller = rep) =>
  (await caller.post('/events/', { title: 'Standup', ...hour, ...more }).expect(201)).body;
interface Instance {
  id: string;
  title: string;
  start_at: string;
  end_at: string;
  occurrence_date: string;
  is_recurring: boolean;
}
const readCalendar = async (from: string, to: string, caller = rep) => {
  const { body } = await caller.get(`/events/calendar/?from=${from}&to=${to}`).expect(200);
  return body as { results: Instance[]; is_truncated: boolean };
};
const startsOf = async (id: string, from: string, to: string, caller = rep) =>
  (await readCalendar(from, to, caller)).results
    .filter((each) => each.id === id)
    .map((each) => new Date(each.start_at).toISOString());

describe('an event', () => {
  test('holds what it was given, in the time zone of its author unless told', async () => {
    await rep.patch('/auth/me/', { timezone: 'Europe/Berlin' }).expect(200);
    const contact = (await rep.post('/contacts/', { first_name: 'Ada', last_name: 'Byron' }).expect(201)).body;
    const event = await createEvent({
      event_type: 'demo',
      attendees: [
        { user_id: other.id.toUpperCase(), status: 'accepted' },
        { contact_id: contact.id },
        { email: 'Guest@Example.com', name: 'Guest' },
      ],
      location: 'Room 1',
      meeting_link: 'https://meet.example/x',
      contact_id: contact.id,
      exception_dates: ['2026-05-06', '2026-05-05', '2026-05-06'],
    });
    expect(event).toMatchObject({
      timezone: 'Europe/Berlin',
      owner_id: rep.id,
      contact_name: 'Ada Byron',
      is_all_day: false,
      recurrence: null,
      recurs_until: null,
      exception_dates: ['2026-05-05', '2026-05-06'],
      attendees: [
        { user_id: other.id, name: 'sales_rep Tester', status: 'accepted' },
        { contact_id: contact.id, name: 'Ada Byron', status: 'needs_action' },
        { email: 'guest@example.com', name: 'Guest', status: 'needs_action' },
      ],
    });
    expect((await rep.get(`/events/${event.id}/`).expect(200)).body).toEqual(event);
    expect((await createEvent({ timezone: 'Asia/Tokyo' })).timezone).toBe('Asia/Tokyo');
    expect((await rep.get('/events/?search=room').expect(200)).body.count).toBe(1);
  });

  test.each([
    [{ title: '' }, 'title'],
    [{ end_at: '2026-05-04T08:00:00Z' }, 'end_at'],
    [{ end_at: '2026-05-04T07:00:00Z' }, 'end_at'],
    [{ end_at: '2028-05-04T07:00:00Z' }, 'end_at'],
    [{ start_at: '2026-05-04' }, 'start_at'],
    [{ start_at: null }, 'start_at'],
    [{ timezone: 'Mars/Olympus' }, 'timezone'],
    [{ timezone: '+02:00' }, 'timezone'],
    [{ timezone: "UTC'; DROP TABLE events" }, 'timezone'],
    [{ meeting_link: 'javascript:alert(1)' }, 'meeting_link'],
    [{ attendees: [{}] }, 'attendees.0'],
    [{ attendees: [{ email: 'x' }] }, 'attendees.0.email'],
    [{ attendees: [{ name: 'A' }, { user_id: randomUUID() }] }, 'attendees.1.user_id'],
    [{ attendees: [{ name: 'A', status: 'maybe' }] }, 'attendees.0.status'],
    [{ contact_id: randomUUID() }, 'contact_id'],
    [{ recurrence: 'FREQ=SECONDLY' }, 'recurrence'],
    [{ recurrence: 'FREQ=WEEKLY;BYDAY=TU' }, 'recurrence'],
    [{ recurrence: 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30' }, 'recurrence'],
    [{ recurrence: 'FREQ=DAILY;UNTIL=20260503' }, 'recurrence'],
    [{ exception_dates: ['2026-02-30'] }, 'exception_dates.0'],
    [{ recurs_until: '2026-05-04T07:00:00Z' }, 'recurs_until'],
  ])('with %j is refused', async (more, field) => {
    const { body } = await rep.post('/events/', { title: 'Bad', ...hour, ...more }).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  test('stays in order when only one of its ends is moved', async () => {
    const { id } = await createEvent();
    const late = await rep.patch(`/events/${id}/`, { start_at: '2026-05-04T09:00:00Z' }).expect(400);
    expect(late.body.errors[0].field).toBe('end_at');
    await rep.patch(`/events/${id}/`, { end_at: '2026-05-04T08:00:00Z' }).expect(400);
    await rep.patch(`/events/${id}/`, { recurrence: 'FREQ=WEEKLY;BYDAY=MO;COUNT=2' }).expect(200);
    const moved = await rep.patch(`/events/${id}/`, { start_at: '2026-05-03T08:00:00Z' }).expect(400);
    expect(moved.body.errors[0].field).toBe('recurrence');
    const put = await rep.put(`/events/${id}/`, { title: 'Whole', ...hour }).expect(200);
    expect(put.body).toMatchObject({ recurrence: null, recurs_until: null, timezone: 'Europe/Berlin' });
  });
});

describe('who reaches an event', () => {
  test('its owner to change it, and who attends to read it', async () => {
    const event = await createEvent({ attendees: [{ user_id: other.id }] });
    const stranger = await app.createCaller('sales_rep');
    await other.get(`/events/${event.id}/`).expect(200);
    expect((await other.get(`/events/?id=${event.id}`)).body.count).toBe(1);
    const refused = await other.patch(`/events/${event.id}/`, { title: 'Mine' }).expect(403);
    expect(refused.body.permission).toBe('edit_tasks');
    await stranger.get(`/events/${event.id}/`).expect(404);
    await stranger.patch(`/events/${event.id}/`, { title: 'Mine' }).expect(404);
    expect((await stranger.get(`/events/?id=${event.id}`)).body.count).toBe(0);
    const range = ['2026-05-04', '2026-05-05'] as const;
    expect(await startsOf(event.id, ...range, other)).toHaveLength(1);
    expect(await startsOf(event.id, ...range, stranger)).toEqual([]);
    await rep.patch(`/events/${event.id}/`, { attendees: [] }).expect(200);
    await other.get(`/events/${event.id}/`).expect(404);
    const viewer = await app.createCaller('viewer');
    await viewer.get(`/events/${event.id}/`).expect(200);
    await viewer.post('/events/', { title: 'X', ...hour }).expect(403);
    await (await app.createCaller('guest')).get('/events/calendar/?from=2026-05-04&to=2026-05-05').expect(403);
  });

  test('a contact that the writer may not read cannot be invited, and stays where somebody else invited it', async () => {
    const hidden = (await admin.post('/contacts/', { first_name: 'Hidden', last_name: 'Person' }).expect(201)).body;
    const attendees = [{ contact_id: hidden.id }];
    const { body } = await rep.post('/events/', { title: 'X', ...hour, attendees }).expect(400);
    expect(body.errors[0]).toMatchObject({ field: 'attendees.0.contact_id', code: 'not_found' });
    const event = await createEvent({ attendees, owner_id: rep.id }, admin);
    const more = [...event.attendees, { name: 'Somebody' }];
    expect((await rep.patch(`/events/${event.id}/`, { attendees: more }).expect(200)).body.attendees).toHaveLength(2);
  });

  test('a contact has a name only for those who may read it, wherever the event is shown', async () => {
    const invited = await app.createCaller('sales_rep');
    const hidden = (await rep.post('/contacts/', { first_name: 'Secret', last_name: 'Buyer' }).expect(201)).body;
    const attendees = [
      { contact_id: hidden.id, name: 'Secret Buyer' },
      { user_id: invited.id },
      { email: 'guest@example.com', name: 'Typed Guest' },
    ];
    // Without an end, so that the feed holds it whenever this runs.
    const event = await createEvent({ attendees, recurrence: 'FREQ=WEEKLY' });
    const names = (row: { attendees: { name: string }[] }) => row.attendees.map(({ name }) => name);
    expect(names(event)).toEqual(['Secret Buyer', 'sales_rep Tester', 'Typed Guest']);
    const [stored] = await app.system.database.query<{ attendees: object[] }>(
      'SELECT attendees FROM events WHERE id = $1',
      [event.id],
    );
    expect(JSON.stringify(stored)).not.toMatch(/Secret|Tester/);
    const doors = [
      `/events/${event.id}/`,
      `/events/?id=${event.id}`,
      '/events/calendar/?from=2026-05-04&to=2026-05-05',
      `/events/${event.id}/history/`,
      `/events/${event.id}/history/?as_of=${new Date(Date.now() + 1000).toISOString()}`,
    ];
    for (const door of doors) {
      const { body } = await invited.get(door).expect(200);
      expect(JSON.stringify(body)).toContain('Typed Guest');
      expect(JSON.stringify(body)).not.toContain('Secret');
    }
    expect(names((await invited.get(`/events/${event.id}/`)).body)).toEqual([null, 'sales_rep Tester', 'Typed Guest']);
    const { token } = (await invited.post('/events/feed-token/').expect(201)).body;
    const feed = await invited.get(`/events.ics?token=${token}`).expect(200);
    expect(feed.text).toContain('Typed Guest');
    expect(feed.text).not.toContain('Secret');
    // The name follows the contact, and what was read is written back without a change.
    await rep.patch(`/contacts/${hidden.id}/`, { first_name: 'Renamed' }).expect(200);
    const read = (await rep.get(`/events/${event.id}/`).expect(200)).body;
    expect(names(read)[0]).toBe('Renamed Buyer');
    const same = await rep.patch(`/events/${event.id}/`, { attendees: read.attendees }).expect(200);
    expect(same.body.version).toBe(event.version);
  });
});

describe('the calendar', () => {
  test('shows each occurrence, at the same time of day when the clocks change', async () => {
    const me = await app.createCaller('sales_rep');
    const spring = await createEvent(
      {
        timezone: 'Europe/Berlin',
        start_at: '2026-03-26T08:00:00Z',
        end_at: '2026-03-26T08:30:00Z',
        recurrence: 'FREQ=DAILY;UNTIL=20261231',
        exception_dates: ['2026-03-28'],
      },
      me,
    );
    expect(await startsOf(spring.id, '2026-03-27', '2026-04-01', me)).toEqual([
      '2026-03-27T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
      '2026-03-31T07:00:00.000Z',
    ]);
    expect(await startsOf(spring.id, '2026-10-24', '2026-10-27', me)).toEqual([
      '2026-10-24T07:00:00.000Z',
      '2026-10-25T08:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
    ]);
    expect(spring.recurs_until).toBe('2026-12-31T23:29:59Z');
    const [last, ...beyond] = await startsOf(spring.id, '2026-12-31', '2027-03-01', me);
    expect([last, beyond]).toEqual(['2026-12-31T08:00:00.000Z', []]);
    const { results } = await readCalendar('2026-03-26', '2026-03-27', me);
    expect(results).toEqual([
      {
        ...spring,
        start_at: expect.any(String),
        end_at: '2026-03-26T08:30:00.000Z',
        occurrence_date: '2026-03-26',
        is_recurring: true,
      },
    ]);
  });

  test('begins and ends where it is told to, and holds what reaches into it', async () => {
    const me = await app.createCaller('sales_rep');
    const { id } = await createEvent({}, me);
    const long = await createEvent(
      { start_at: '2026-05-04T20:00:00Z', end_at: '2026-05-05T04:00:00Z', recurrence: 'FREQ=WEEKLY;COUNT=2' },
      me,
    );
    expect(await startsOf(id, '2026-05-04T09:00:00Z', '2026-05-04T10:00:00Z', me)).toEqual([]);
    expect(await startsOf(id, '2026-05-04T07:00:00Z', '2026-05-04T08:00:00Z', me)).toEqual([]);
    expect(await startsOf(id, '2026-05-04T08:59:59Z', '2026-05-04T10:00:00Z', me)).toHaveLength(1);
    expect(await startsOf(id, '2026-05-04T07:00:00Z', '2026-05-04T08:00:01Z', me)).toHaveLength(1);
    expect(await startsOf(long.id, '2026-05-05', '2026-05-06', me)).toHaveLength(1);
    expect(await startsOf(long.id, '2026-05-12T03:59:00Z', '2026-05-12T05:00:00Z', me)).toHaveLength(1);
    expect(await startsOf(long.id, '2026-05-12T04:00:00Z', '2026-06-12T05:00:00Z', me)).toEqual([]);
    // A day is the caller's.
    await me.patch('/auth/me/', { timezone: 'Pacific/Auckland' }).expect(200);
    expect(await startsOf(long.id, '2026-05-05', '2026-05-06', me)).toHaveLength(1);
    expect(await startsOf(long.id, '2026-05-06', '2026-05-07', me)).toEqual([]);
  });

  test.each([
    ['FREQ=MONTHLY;BYDAY=1MO', ['2026-05-04', '2026-06-01', '2026-07-06']],
    ['FREQ=WEEKLY;INTERVAL=3', ['2026-05-04', '2026-05-25', '2026-06-15', '2026-07-06', '2026-07-27']],
    ['FREQ=MONTHLY;BYMONTHDAY=4,-1;COUNT=4', ['2026-05-04', '2026-05-31', '2026-06-04', '2026-06-30']],
    ['FREQ=YEARLY', ['2026-05-04']],
  ])('knows %s', async (recurrence, days) => {
    const { id } = await createEvent({ recurrence });
    const found = await startsOf(id, '2026-05-01', '2026-08-01');
    expect(found.map((each) => each.slice(0, 10))).toEqual(days);
  });

  test('says when it was cut, in order of time', async () => {
    const me = await app.createCaller('sales_rep');
    for (let index = 0; index < 6; index += 1) {
      await createEvent(
        { start_at: `2020-01-01T1${index}:00:00Z`, end_at: '2020-01-01T20:00:00Z', recurrence: 'FREQ=DAILY' },
        me,
      );
    }
    const whole = await readCalendar('2026-01-01', '2026-11-01', me);
    expect([whole.results.length, whole.is_truncated]).toEqual([304 * 6, false]);
    const cut = await readCalendar('2026-01-01', '2027-01-02', me);
    expect([cut.results.length, cut.is_truncated]).toEqual([2000, true]);
    const starts = cut.results.map(({ start_at }) => start_at);
    expect(starts).toEqual([...starts].sort());
  });

  test.each([
    ['', 'from'],
    ['from=2026-01-01', 'to'],
    ['from=2026-01-01&to=2026-01-01', 'to'],
    ['from=2026-01-02&to=2026-01-01', 'to'],
    ['from=2026-01-01&to=2027-01-03', 'to'],
    ['from=x&to=2027-01-02', 'from'],
    ['from=2026-01-01T00:00:00&to=2026-01-02', 'from'],
    ['from=2026-01-01&to=2026-01-02&limit=5', 'limit'],
  ])('refuses ?%s', async (query, field) => {
    const { body } = await rep.get(`/events/calendar/?${query}`).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  test('is read by the index over the time that events span', async () => {
    const plan = await app.system.database.transaction(async (db) => {
      // So few rows would be read faster without an index.
      await db.query('SET LOCAL enable_seqscan = off');
      return db.query(
        `EXPLAIN SELECT id FROM events t WHERE t.deleted_at IS NULL
           AND tstzrange(t.start_at, CASE WHEN t.recurrence IS NULL THEN t.end_at ELSE t.recurs_until END)
             && tstzrange('2026-05-04', '2026-05-05')`,
      );
    });
    expect(JSON.stringify(plan)).toContain('events_span_idx');
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import ICAL from 'ical.js';
import supertest from 'supertest';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { randomAddress, visitFrom } from './support/visitor.ts';

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

const createEvent = async (more: object, caller = rep) =>
  (await caller.post('/events/', { title: 'Standup', timezone: 'Europe/Berlin', ...more }).expect(201)).body;
const makeToken = async (caller: Caller): Promise<string> =>
  (await caller.post('/events/feed-token/').expect(201)).body.token;
const readFeed = (token: string) => visitFrom(app.url).get(`/events.ics?token=${token}`);
const parse = (text: string) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(zone);
  const events = calendar.getAllSubcomponents('vevent').map((each) => new ICAL.Event(each));
  return { calendar, find: (id: string) => events.find((each) => each.uid === `${id}@mycrm`), events };
};
const startsOf = (event: ICAL.Event, count: number) => {
  const iterator = event.iterator();
  const starts: string[] = [];
  for (let next = iterator.next(); next && starts.length < count; next = iterator.next()) {
    starts.push(next.toJSDate().toISOString());
  }
  return starts;
};

describe('the feed', () => {
  test('is a calendar that a real parser reads, with rules, zones, exceptions and attendees', async () => {
    const weekly = await createEvent({
      start_at: '2026-10-12T07:00:00Z',
      end_at: '2026-10-12T08:00:00Z',
      recurrence: 'FREQ=WEEKLY;BYDAY=MO;UNTIL=20261109',
      exception_dates: ['2026-10-19'],
      attendees: [{ user_id: other.id, status: 'accepted' }, { email: 'guest@example.com' }],
      location: 'Room 1',
      description: 'Bring; your, "figures"\\\nall of them',
      meeting_link: 'https://meet.example/x',
    });
    const single = await createEvent({
      start_at: '2026-12-01T10:00:00Z',
      end_at: '2026-12-01T11:00:00Z',
      timezone: 'UTC',
    });
    const holiday = await createEvent({
      start_at: '2026-12-23T23:00:00Z',
      end_at: '2026-12-26T23:00:00Z',
      is_all_day: true,
      recurrence: 'FREQ=YEARLY;COUNT=3',
    });
    const token = await makeToken(rep);
    const answer = await readFeed(token).expect(200);
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8');
    expect(answer.text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75)).toBe(true);
    const { calendar, find, events } = parse(answer.text);
    expect(events).toHaveLength(3);
    expect(calendar.getAllSubcomponents('vtimezone').map((zone) => zone.getFirstPropertyValue('tzid'))).toEqual([
      'Europe/Berlin',
    ]);

    const found = find(weekly.id)!;
    expect(found).toMatchObject({ summary: 'Standup', location: 'Room 1' });
    expect(found.description).toBe(weekly.description);
    expect(found.component.getFirstPropertyValue('url')).toBe('https://meet.example/x');
    expect(found.startDate.zone.tzid).toBe('Europe/Berlin');
    expect(startsOf(found, 9)).toEqual([
      '2026-10-12T07:00:00.000Z',
      '2026-10-26T08:00:00.000Z',
      '2026-11-02T08:00:00.000Z',
      '2026-11-09T08:00:00.000Z',
    ]);
    expect(found.endDate.toJSDate().toISOString()).toBe('2026-10-12T08:00:00.000Z');
    const attendees = found.attendees.map((each) => [
      each.getFirstValue(),
      each.getParameter('cn'),
      each.getParameter('partstat'),
    ]);
    expect(attendees).toEqual([
      [`MAILTO:${other.id}@mycrm.invalid`, 'sales_rep Tester', 'ACCEPTED'],
      ['MAILTO:guest@example.com', 'guest@example.com', 'NEEDS-ACTION'],
    ]);
    expect(answer.text).not.toContain(other.email);
    expect(find(single.id)?.startDate.toString()).toBe('2026-12-01T10:00:00Z');
    const days = find(holiday.id)!;
    expect([days.startDate.toString(), days.endDate.toString(), days.startDate.isDate]).toEqual([
      '2026-12-24',
      '2026-12-27',
      true,
    ]);
    expect(startsOf(days, 9)).toHaveLength(3);
  });

  test('agrees with the calendar view over both changes of the clocks', async () => {
    const me = await app.createCaller('sales_rep');
    const { id } = await createEvent(
      { start_at: '2026-01-01T08:00:00Z', end_at: '2026-01-01T09:00:00Z', recurrence: 'FREQ=DAILY;COUNT=340' },
      me,
    );
    const event = parse((await readFeed(await makeToken(me)).expect(200)).text).find(id)!;
    const { body } = await me.get('/events/calendar/?from=2026-01-01&to=2027-01-01').expect(200);
    const shown = body.results.map(({ start_at }: { start_at: string }) => start_at);
    expect(shown).toHaveLength(340);
    expect(startsOf(event, 400)).toEqual(shown);
  });

  test('is not broken open by what people write', async () => {
    const me = await app.createCaller('sales_rep');
    const evil = 'X\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil';
    const { id } = await createEvent(
      {
        title: 'A;END:VEVENT,"X',
        description: `C${evil}`,
        start_at: '2026-12-01T10:00:00Z',
        end_at: '2026-12-01T11:00:00Z',
        attendees: [{ name: 'D";X="', email: 'd@example.com' }],
      },
      me,
    );
    // Where one line is asked for, a second is refused at the door.
    for (const more of [{ title: `A${evil}` }, { location: `B${evil}` }]) {
      await me.patch(`/events/${id}/`, more).expect(400);
    }
    await me.patch(`/events/${id}/`, { meeting_link: 'https://meet.example/\r\nATTACH:evil' });
    const { text } = await readFeed(await makeToken(me)).expect(200);
    const { events } = parse(text);
    expect(events.map(({ uid }) => uid)).toEqual([`${id}@mycrm`]);
    expect(text).not.toMatch(/^(ATTACH|UID:evil)/m);
  });

  test('gives names with quotes and links with commas to a real parser as they can be told', async () => {
    const me = await app.createCaller('sales_rep');
    const { id } = await createEvent(
      {
        start_at: '2026-12-01T10:00:00Z',
        end_at: '2026-12-01T11:00:00Z',
        meeting_link: 'https://meet.example/a,b;c?d=1,2;3',
        attendees: [
          { name: 'Joe "The Deal" Doe', email: 'joe@example.com' },
          { email: 'b@example.com', name: 'A\\B' },
        ],
      },
      me,
    );
    const event = parse((await readFeed(await makeToken(me)).expect(200)).text).find(id)!;
    expect(event.attendees.map((each) => [each.getParameter('cn'), each.getFirstValue()])).toEqual([
      ["Joe 'The Deal' Doe", 'MAILTO:joe@example.com'],
      ['A/B', 'MAILTO:b@example.com'],
    ]);
    expect(event.component.getFirstPropertyValue('url')).toBe('https://meet.example/a%2Cb%3Bc?d=1%2C2%3B3');
  });

  test('holds what its user owns or attends, and of an administrator no more than that', async () => {
    const times = { start_at: '2026-12-01T10:00:00Z', end_at: '2026-12-01T11:00:00Z' };
    const invited = await createEvent({ ...times, attendees: [{ user_id: admin.id }] });
    const foreign = await createEvent(times);
    const own = await createEvent(times, admin);
    const trashed = await createEvent(times, admin);
    await admin.delete(`/events/${trashed.id}/`).expect(204);
    const { find, events } = parse((await readFeed(await makeToken(admin)).expect(200)).text);
    expect([find(invited.id), find(own.id)].every(Boolean)).toBe(true);
    expect(find(foreign.id)).toBeUndefined();
    expect(events).toHaveLength(2);
  });
});

describe('the token', () => {
  test('is shown once, kept as a hash, void once it is made anew or withdrawn', async () => {
    const me = await app.createCaller('sales_rep');
    await me.delete('/events/feed-token/').expect(404);
    const made = await me.post('/events/feed-token/').set('Idempotency-Key', 'again').expect(201);
    const first = made.body.token;
    expect(made.body.url).toBe(`${app.url}/api/v1/events.ics?token=${first}`);
    await readFeed(first).expect(200);
    const again = await me.post('/events/feed-token/').set('Idempotency-Key', 'again').expect(201);
    expect(again.body.token).not.toBe(first);
    await readFeed(first).expect(404);
    await readFeed(again.body.token).expect(200);
    const secret = again.body.token.split('.')[1];
    for (const table of ['calendar_feeds', 'audit_logs', 'idempotency_keys']) {
      const rows = await app.system.database.query(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows)).not.toContain(secret);
    }
    await me.delete('/events/feed-token/').expect(204);
    await readFeed(again.body.token).expect(404);
    const events = await app.system.database.query<{ event: string }>(
      "SELECT event FROM audit_logs WHERE resource_type = 'calendar_feed' AND actor_id = $1 ORDER BY id",
      [me.id],
    );
    expect(events.map(({ event }) => event)).toEqual([
      'calendar_feed.created',
      'calendar_feed.created',
      'calendar_feed.revoked',
    ]);
  });

  test('that is wrong in any way finds nothing, and says no more', async () => {
    const token = await makeToken(rep);
    const [id = '', secret = ''] = token.split('.');
    const foreign = (await makeToken(other)).split('.')[1];
    for (const wrong of [
      id,
      `${id}.`,
      `${id}.${secret.slice(1)}`,
      `${id}.${foreign}`,
      `x.${secret}`,
      `.${secret}`,
      '%00',
    ]) {
      const { body } = await readFeed(wrong).expect(404);
      expect(body).toMatchObject({ code: 'not_found', detail: 'No such calendar.' });
    }
    await visitFrom(app.url).get('/events.ics').expect(400);
    await visitFrom(app.url).get(`/events.ics?token=${token}&token=${token}`).expect(400);
  });

  test('of a suspended user, and of one who may not see events, finds nothing', async () => {
    const me = await app.createCaller('sales_rep');
    const token = await makeToken(me);
    await admin.post(`/users/${me.id}/suspend/`).expect(200);
    await readFeed(token).expect(404);
    await admin.post(`/users/${me.id}/reactivate/`).expect(200);
    await readFeed(token).expect(200);
    await app.system.database.query('DELETE FROM role_assignments WHERE user_id = $1', [me.id]);
    await readFeed(token).expect(404);
    await (await app.createCaller('guest')).post('/events/feed-token/').expect(403);
  });

  test('is guessed no faster than anybody may ask', async () => {
    const limited = await openTestApp({ RATE_LIMIT_SCALE: '1' });
    try {
      const ip = randomAddress();
      const ask = () => supertest(limited.url).get('/api/v1/events.ics?token=x').set('X-Forwarded-For', ip);
      const statuses: number[] = [];
      for (let index = 0; index < 21; index += 1) statuses.push((await ask()).status);
      expect(statuses).toEqual([...Array(20).fill(404), 429]);
    } finally {
      await limited.close();
    }
  });
});

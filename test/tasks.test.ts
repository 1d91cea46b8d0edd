import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { defineField } from './support/custom-fields.ts';
import { eventually } from './support/eventually.ts';

let app: TestApp;
let admin: Caller;
let manager: Caller;
let rep: Caller;
let other: Caller;
let viewer: Caller;
beforeAll(async () => {
  app = await openTestApp();
  admin = await app.createCaller('admin');
  manager = await app.createCaller('manager');
  rep = await app.createCaller('sales_rep');
  other = await app.createCaller('sales_rep');
  viewer = await app.createCaller('viewer');
});
afterAll(() => app.close());

const createTask = async (more: object = {}, caller = rep) =>
  (await caller.post('/tasks/', { title: 'Call back', ...more }).expect(201)).body;
const eventsOf = async (id: string) =>
  (
    await app.system.database.query<{ event: string }>(
      'SELECT event FROM audit_logs WHERE resource_id = $1 ORDER BY id',
      [id],
    )
  ).map(({ event }) => event);
const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
const liveIn = (caller: Caller, timezone: string) => caller.patch('/auth/me/', { timezone });

describe('a task', () => {
  test('is found by the day on which it is due to the caller', async () => {
    const me = await app.createCaller('sales_rep');
    await liveIn(me, 'Europe/Berlin').expect(200);
    // The clocks go forward on 28 March 2027: that day begins at 23:00Z and ends at 22:00Z.
    const dues = ['2027-03-27T22:30:00Z', '2027-03-27T23:30:00Z', '2027-03-28', '2027-03-28T22:30:00Z'];
    for (const [index, due_date] of dues.entries()) await createTask({ title: `T${index}`, due_date }, me);
    for (const [filter, expected] of [
      ['due_date=2027-03-28', 'T1T2'],
      ['due_date__in=2027-03-28,2027-03-27', 'T0T1T2'],
      ['due_date__lte=2027-03-28', 'T0T1T2'],
      ['due_date__lt=2027-03-28', 'T0'],
      ['due_date__gte=2027-03-28', 'T1T2T3'],
      ['due_date__gt=2027-03-28', 'T3'],
      ['due_date__ne=2027-03-28', 'T0T3'],
    ]) {
      const { body } = await me.get(`/tasks/?ordering=due_date&${filter}`).expect(200);
      expect([filter, body.results.map(({ title }: { title: string }) => title).join('')]).toEqual([filter, expected]);
    }
  });

  test('is the caller’s own unless told, and holds what it was given', async () => {
    await defineField(app, { entity: 'tasks', name: 'mood' });
    const contact = (await rep.post('/contacts/', { first_name: 'Ada', last_name: 'Byron', company: 'Engines' })).body;
    const task = await createTask({
      description: 'About the engine',
      task_type: 'call',
      priority: 'urgent',
      due_date: '2026-03-05T10:00:00+02:00',
      contact_id: contact.id,
      checklist: [{ text: 'Dial' }, { text: 'Talk', is_done: true }],
      tags: ['engine'],
      custom_fields: { mood: 'good' },
    });
    expect(task).toMatchObject({
      status: 'pending',
      assigned_to_id: rep.id,
      owner_id: rep.id,
      created_by_id: rep.id,
      assigned_to_name: 'sales_rep Tester',
      contact_name: 'Ada Byron',
      related_to: 'Ada Byron',
      is_all_day: false,
      completed_at: null,
      checklist: [
        { text: 'Dial', is_done: false },
        { text: 'Talk', is_done: true },
      ],
    });
    expect(Date.parse(task.due_date)).toBe(Date.parse('2026-03-05T08:00:00Z'));
    expect((await rep.get(`/tasks/${task.id}/`).expect(200)).body).toEqual(task);
    const company = await createTask({ company_id: contact.company_id });
    expect(company).toMatchObject({ related_to: 'Engines', company_name: 'Engines' });
    expect((await createTask()).related_to).toBeNull();
    expect((await rep.get('/tasks/?search=engine').expect(200)).body.count).toBe(1);
  });

  test.each([
    [{ title: ' ' }, 'title'],
    [{ task_type: 'dance' }, 'task_type'],
    [{ status: 'done' }, 'status'],
    [{ priority: 'normal' }, 'priority'],
    [{ due_date: 'tomorrow' }, 'due_date'],
    [{ due_date: '2026-02-30' }, 'due_date'],
    [{ due_date: '2026-03-05T10:00:00' }, 'due_date'],
    [{ due_date: '9999-12-31' }, 'due_date'],
    [{ reminder_at: '2026-03-05' }, 'reminder_at'],
    [{ contact_id: randomUUID() }, 'contact_id'],
    [{ company_id: 'x' }, 'company_id'],
    [{ recurrence: 'FREQ=HOURLY' }, 'recurrence'],
    [{ recurrence: 'FREQ=DAILY;COUNT=2;UNTIL=20261231' }, 'recurrence'],
    [{ checklist: [{ text: '' }] }, 'checklist.0.text'],
    [{ completed_at: '2026-03-05T10:00:00Z' }, 'completed_at'],
    [{ recurred_from_id: randomUUID() }, 'recurred_from_id'],
    [{ assigned_to_id: [] }, 'assigned_to_id'],
  ])('with %j is refused', async (more, field) => {
    const { body } = await rep.post('/tasks/', { title: 'Bad', ...more }).expect(400);
    expect(body.errors[0].field).toBe(field);
  });

  test('that is due on a day is due at the end of it where its assignee lives', async () => {
    await liveIn(rep, 'America/New_York').expect(200);
    const mine = await createTask({ due_date: '2026-03-08' });
    expect(mine).toMatchObject({ due_date: '2026-03-09T03:59:59.999Z', is_all_day: true });
    // At the end of the other’s day, once it is theirs.
    await liveIn(other, 'Europe/Berlin').expect(200);
    const theirs = (await manager.patch(`/tasks/${mine.id}/`, { assigned_to_id: other.id }).expect(200)).body;
    expect(theirs).toMatchObject({ due_date: '2026-03-08T22:59:59.999Z', is_all_day: true });
    // A form that sends the moment back as it was printed has not set a time.
    const saved = await manager.patch(`/tasks/${mine.id}/`, { due_date: theirs.due_date, title: 'Same' }).expect(200);
    expect(saved.body).toMatchObject({ due_date: theirs.due_date, is_all_day: true });
    const timed = await manager.patch(`/tasks/${mine.id}/`, { due_date: '2026-03-10T09:00:00Z' }).expect(200);
    expect(timed.body.is_all_day).toBe(false);
    const none = await manager.patch(`/tasks/${mine.id}/`, { due_date: '' }).expect(200);
    expect(none.body).toMatchObject({ due_date: null, is_all_day: false });
    await liveIn(rep, 'UTC').expect(200);
  });
});

describe('giving a task to somebody else', () => {
  test('needs assign_tasks, which the refusal names', async () => {
    const task = await createTask();
    for (const field of ['assigned_to_id', 'owner_id']) {
      const created = await rep.post('/tasks/', { title: 'Yours', [field]: other.id }).expect(403);
      expect(created.body.permission).toBe('assign_tasks');
      await rep.patch(`/tasks/${task.id}/`, { [field]: other.id }).expect(403);
      const changes = { [field]: other.id };
      await rep.post('/tasks/bulk/', { operation: 'update', ids: [task.id], changes }).expect(400);
    }
    expect((await rep.get(`/tasks/${task.id}/`)).body).toMatchObject({ assigned_to_id: rep.id, version: 1 });
    expect(await eventsOf(task.id)).toEqual(['task.created']);
  });

  test('is one event with who it was and who it is, and tells the assignee', async () => {
    const other = await app.createCaller('sales_rep');
    const task = await createTask();
    await manager.patch(`/tasks/${task.id}/`, { assigned_to_id: other.id, priority: 'high' }).expect(200);
    expect(await eventsOf(task.id)).toEqual(['task.created', 'task.assigned']);
    const [row] = await app.system.database.query<{ changes: object; metadata: object }>(
      "SELECT changes, metadata FROM audit_logs WHERE resource_id = $1 AND event = 'task.assigned'",
      [task.id],
    );
    expect(row?.metadata).toMatchObject({ assigned_to_id: other.id, previous_assigned_to_id: rep.id });
    expect(row?.changes).toMatchObject({ assigned_to_id: [rep.id, other.id], priority: ['medium', 'high'] });
    const read = () => other.get('/notifications/?notification_type=task_assigned').then(({ body }) => body);
    const told = await eventually(read, (body) => body.count === 1, 5000);
    expect(told.results).toEqual([
      expect.objectContaining({
        title: 'New Task Assigned: Call back',
        priority: 'high',
        action_url: `/tasks/${task.id}`,
      }),
    ]);
    // Who it was taken from still owns it; who has it may take it and give it back to its owner.
    await other.patch(`/tasks/${task.id}/`, { status: 'in_progress', assigned_to_id: other.id }).expect(200);
    expect(await eventsOf(task.id)).toEqual(['task.created', 'task.assigned', 'task.updated']);
  });
});

describe('completing', () => {
  test('sets completed_at, once, and reopening takes it back', async () => {
    const { id } = await createTask();
    const done = (await rep.post(`/tasks/${id}/complete/`).expect(200)).body;
    expect(done).toMatchObject({ status: 'completed', version: 2 });
    expect(Math.abs(Date.parse(done.completed_at) - Date.now())).toBeLessThan(10_000);
    expect((await rep.post(`/tasks/${id}/complete/`).expect(409)).body.code).toBe('conflict');
    const open = (await rep.post(`/tasks/${id}/reopen/`).expect(200)).body;
    expect(open).toMatchObject({ status: 'pending', completed_at: null });
    await rep.post(`/tasks/${id}/reopen/`).expect(409);
    expect(await eventsOf(id)).toEqual(['task.created', 'task.completed', 'task.reopened']);
  });

  test('by PATCH of the status is the same act with the same one event', async () => {
    const { id } = await createTask();
    const done = (await rep.patch(`/tasks/${id}/`, { status: 'completed', title: 'Called' }).expect(200)).body;
    expect(done).toMatchObject({ status: 'completed', title: 'Called' });
    expect(done.completed_at).not.toBeNull();
    await rep.patch(`/tasks/${id}/`, { status: 'completed' }).expect(200);
    expect((await rep.patch(`/tasks/${id}/`, { status: 'cancelled' }).expect(200)).body.completed_at).toBeNull();
    await rep.patch(`/tasks/${id}/`, { status: 'in_progress' }).expect(200);
    expect(await eventsOf(id)).toEqual(['task.created', 'task.completed', 'task.updated', 'task.reopened']);
    expect((await createTask({ status: 'completed' })).completed_at).not.toBeNull();
  });

  test('many times at once succeeds once', async () => {
    const { id } = await createTask();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rep.post(`/tasks/${id}/complete/`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(409)]);
    expect(await eventsOf(id)).toEqual(['task.created', 'task.completed']);
    const opened = await Promise.all(Array.from({ length: 4 }, () => rep.post(`/tasks/${id}/reopen/`)));
    expect(opened.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
  });

  test('with a stale version that overlaps is a 412', async () => {
    const { id } = await createTask();
    await rep.patch(`/tasks/${id}/`, { status: 'in_progress' }).expect(200);
    await rep.post(`/tasks/${id}/complete/`).set('If-Match', '"1"').expect(412);
    await rep.post(`/tasks/${id}/complete/`).set('If-Match', '"2"').expect(200);
  });
});

describe('who reaches a task', () => {
  test('its owner, assignee and author, managers, and viewers to read', async () => {
    const { id } = await createTask();
    for (const act of ['complete', 'reopen']) {
      await other.post(`/tasks/${id}/${act}/`).expect(404);
      await viewer.post(`/tasks/${id}/${act}/`).expect(403);
    }
    await other.get(`/tasks/${id}/`).expect(404);
    await other.patch(`/tasks/${id}/`, { title: 'X' }).expect(404);
    await viewer.get(`/tasks/${id}/`).expect(200);
    await viewer.patch(`/tasks/${id}/`, { title: 'X' }).expect(403);
    await viewer.post('/tasks/', { title: 'X' }).expect(403);
    await manager.post(`/tasks/${id}/complete/`).expect(200);
    const given = await createTask({ assigned_to_id: rep.id }, admin);
    expect((await rep.get(`/tasks/?id=${given.id}`)).body.count).toBe(1);
    expect((await other.get(`/tasks/?id=${given.id}`)).body.count).toBe(0);
    await rep.post(`/tasks/${given.id}/complete/`).expect(200);
    await rep.delete(`/tasks/${given.id}/`).expect(403);
    await manager.delete(`/tasks/${given.id}/`).expect(204);
    await manager.post(`/tasks/${given.id}/complete/`).expect(404);
  });

  test('what a task is about is told only to who may read that', async () => {
    const hidden = (await admin.post('/contacts/', { first_name: 'Hidden', last_name: 'Person' }).expect(201)).body;
    const { id } = await createTask({ contact_id: hidden.id, assigned_to_id: rep.id }, admin);
    const { body } = await rep.get(`/tasks/${id}/`).expect(200);
    expect(body).toMatchObject({ contact_name: null, related_to: null });
    await rep.post('/tasks/', { title: 'Mine', contact_id: hidden.id }).expect(400);
  });
});

describe('computed filters', () => {
  const counts = async (caller: Caller, query: string) => (await caller.get(`/tasks/?${query}`).expect(200)).body.count;

  test('go by the clock of the caller, whose week begins on Monday', async () => {
    const me = await app.createCaller('sales_rep');
    for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Berlin']) {
      await liveIn(me, zone).expect(200);
      const database = app.system.database;
      await database.query('DELETE FROM tasks WHERE owner_id = $1', [me.id]);
      // Moments a second on both sides of each bound, as PostgreSQL knows the time zone.
      const [bounds] = await database.query<Record<string, string>>(
        `SELECT date_trunc('day', now() AT TIME ZONE $1) AT TIME ZONE $1 AS day,
           (date_trunc('day', now() AT TIME ZONE $1) + interval '1 day') AT TIME ZONE $1 AS next_day,
           date_trunc('week', now() AT TIME ZONE $1) AT TIME ZONE $1 AS week,
           (date_trunc('week', now() AT TIME ZONE $1) + interval '7 days') AT TIME ZONE $1 AS next_week`,
        [zone],
      );
      const at = (bound: string, seconds: number) => new Date(Date.parse(bounds![bound]!) + seconds * 1000);
      const moments = ['day', 'next_day', 'week', 'next_week'].flatMap((bound) => [at(bound, -1), at(bound, 1)]);
      for (const moment of moments) await createTask({ due_date: moment.toISOString() }, me);
      await createTask({ due_date: at('day', 1).toISOString(), status: 'completed' }, me);
      const within = (from: string, to: string) =>
        moments.filter((moment) => moment >= at(from, 0) && moment < at(to, 0)).length;
      expect(await counts(me, 'due_today=true')).toBe(within('day', 'next_day'));
      expect(await counts(me, 'due_this_week=true')).toBe(within('week', 'next_week'));
      expect(await counts(me, 'due_today=false')).toBe(9 - within('day', 'next_day'));
      expect(await counts(me, 'overdue=true')).toBe(moments.filter((moment) => moment < new Date()).length);
    }
  });

  test('combine with others, and say what is wrong with them', async () => {
    const task = await createTask({ due_date: inHours(-2) }, admin);
    await createTask({ due_date: inHours(-2), assigned_to_id: other.id }, admin);
    await createTask({}, admin);
    expect(await counts(admin, 'assigned_to_me=true')).toBe(2);
    expect(await counts(admin, `assigned_to_me=true&overdue=1&owner_id=${admin.id}`)).toBe(1);
    expect(await counts(admin, `overdue=false&id=${task.id}`)).toBe(0);
    for (const query of ['overdue=', 'overdue=maybe', 'overdue__ne=true', 'overdu=true', 'due_today__in=true']) {
      await admin.get(`/tasks/?${query}`).expect(400);
    }
    expect((await admin.get('/tasks/?overdu=true')).body.errors[0].message).toContain('overdue');
  });
});

describe('the dashboard', () => {
  test('shows what plain SQL counts, within scope, and the first ten of each', async () => {
    const me = await app.createCaller('sales_rep');
    await liveIn(me, 'Asia/Kolkata').expect(200);
    for (let index = 0; index < 13; index += 1) await createTask({ due_date: inHours(-index - 1) }, me);
    for (const hours of [1, 5, 30, 60, 100, 200]) await createTask({ due_date: inHours(hours) }, me);
    for (const status of ['in_progress', 'completed', 'completed', 'cancelled']) await createTask({ status }, me);
    const trashed = await createTask({ due_date: inHours(-1) }, me);
    await manager.delete(`/tasks/${trashed.id}/`).expect(204);
    const { body } = await me.get('/tasks/dashboard/').expect(200);
    const [plain] = await app.system.database.query<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE status = 'pending') AS pending,
         count(*) FILTER (WHERE is_open AND due_date < now()) AS overdue,
         count(*) FILTER (WHERE is_open AND due_day = today) AS due_today,
         count(*) FILTER (WHERE is_open AND date_trunc('week', due_day) = date_trunc('week', today)) AS due_this_week
       FROM (SELECT status, due_date, status IN ('pending', 'in_progress') AS is_open,
           date_trunc('day', due_date AT TIME ZONE 'Asia/Kolkata') AS due_day,
           date_trunc('day', now() AT TIME ZONE 'Asia/Kolkata') AS today
         FROM tasks WHERE deleted_at IS NULL AND assigned_to_id = $1) AS own`,
      [me.id],
    );
    expect(body.status_counts).toEqual({ pending: plain?.pending, in_progress: 1, completed: 2, cancelled: 1 });
    expect(plain?.overdue).toBe(13);
    expect(body.overdue_tasks.count).toBe(13);
    expect(body.overdue_tasks.results).toHaveLength(10);
    expect(body.due_today_tasks.count).toBe(plain?.due_today);
    expect(body.due_this_week_tasks.count).toBe(plain?.due_this_week);
    for (const [part, query] of [
      ['overdue_tasks', 'overdue'],
      ['due_today_tasks', 'due_today'],
      ['due_this_week_tasks', 'due_this_week'],
    ] as const) {
      const list = await me.get(`/tasks/?${query}=true&ordering=due_date&page_size=10`).expect(200);
      expect(body[part].results).toEqual(list.body.results);
      expect(body[part].count).toBe(list.body.count);
    }
    const stranger = await app.createCaller('sales_rep');
    const empty = (await stranger.get('/tasks/dashboard/').expect(200)).body;
    expect(empty.status_counts).toEqual({ pending: 0, in_progress: 0, completed: 0, cancelled: 0 });
    await (await app.createCaller('guest')).get('/tasks/dashboard/').expect(403);
  });
});

describe('a template', () => {
  const template = { name: 'Welcome', title: 'Welcome call', task_type: 'call', checklist: [{ text: 'Smile' }] };

  test('makes a task as it says, but for what is given', async () => {
    await liveIn(rep, 'America/New_York').expect(200);
    const { id } = (await rep.post('/task-templates/', { ...template, due_in_days: 2 }).expect(201)).body;
    const made = (await rep.post(`/task-templates/${id}/create-task/`).expect(201)).body;
    expect(made).toMatchObject({
      title: 'Welcome call',
      task_type: 'call',
      assigned_to_id: rep.id,
      is_all_day: true,
      checklist: [{ text: 'Smile', is_done: false }],
    });
    const dayThere = new Intl.DateTimeFormat('en-CA', { timeZone: 'America/New_York' });
    expect(dayThere.format(new Date(made.due_date))).toBe(dayThere.format(new Date(Date.now() + 2 * 86_400_000)));
    await liveIn(rep, 'UTC').expect(200);
    const overrides = { title: 'Other', due_date: '2026-05-01', priority: 'low' };
    const changed = (await rep.post(`/task-templates/${id}/create-task/`, { overrides }).expect(201)).body;
    expect(changed).toMatchObject({ title: 'Other', priority: 'low', due_date: '2026-05-01T23:59:59.999Z' });
    await rep.post(`/task-templates/${id}/create-task/`, { overrides: { assigned_to_id: other.id } }).expect(403);
    const bad = await rep.post(`/task-templates/${id}/create-task/`, { overrides: { nonsense: 1 } }).expect(400);
    expect(bad.body.errors[0].field).toBe('overrides.nonsense');
  });

  test('is its owner’s, and to be used by everybody where it is shared', async () => {
    const own = (await rep.post('/task-templates/', template).expect(201)).body;
    await other.get(`/task-templates/${own.id}/`).expect(404);
    await other.post(`/task-templates/${own.id}/create-task/`).expect(404);
    await rep.patch(`/task-templates/${own.id}/`, { is_shared: true }).expect(200);
    const made = (await other.post(`/task-templates/${own.id}/create-task/`).expect(201)).body;
    expect(made).toMatchObject({ owner_id: other.id, assigned_to_id: other.id });
    await other.patch(`/task-templates/${own.id}/`, { title: 'Mine now' }).expect(403);
    await viewer.post(`/task-templates/${own.id}/create-task/`).expect(403);
    expect((await other.get('/task-templates/?is_shared=true')).body.count).toBe(1);
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startJobs } from '../jobs/agenda.ts';
import { createSystemCtx } from '../src/core/ctx.ts';
import { deliverDueReminders } from '../src/reminders/reminder-delivery.service.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';
import { eventually } from './support/eventually.ts';
import { closeSockets, connectSocket } from './support/socket.ts';

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

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const createReminder = async (more: object = {}, caller = rep) =>
  (await caller.post('/reminders/', { title: 'Think', remind_at: inMinutes(-1), ...more }).expect(201)).body;
const createTask = async (more: object = {}, caller = rep) =>
  (await caller.post('/tasks/', { title: 'Send offer', reminder_at: inMinutes(-1), ...more }).expect(201)).body;
const deliver = () => deliverDueReminders(createSystemCtx(app.system), app.server.realtime);
const readTold = async (caller: Caller) => {
  const { body } = await caller.get('/notifications/?notification_type=task_due_soon').expect(200);
  return body.results as { title: string; action_url: string; priority: string }[];
};

describe('a reminder', () => {
  test('is its user’s alone, even before an administrator', async () => {
    const { id, ...rest } = await createReminder({ remind_at: inMinutes(60) });
    expect(rest).toMatchObject({ title: 'Think', is_done: false, reminded_at: null, target_type: null });
    await rep.get(`/reminders/${id}/`).expect(200);
    for (const caller of [other, admin]) {
      await caller.get(`/reminders/${id}/`).expect(404);
      await caller.patch(`/reminders/${id}/`, { is_done: true }).expect(404);
      await caller.post(`/reminders/${id}/snooze/`, { until: inMinutes(5) }).expect(404);
      await caller.delete(`/reminders/${id}/`).expect(404);
      expect((await caller.get('/reminders/')).body.count).toBe(0);
    }
    await (await app.createCaller('viewer')).post('/reminders/', { title: 'X', remind_at: inMinutes(1) }).expect(403);
    await rep.patch(`/reminders/${id}/`, { is_done: true }).expect(200);
    await rep.delete(`/reminders/${id}/`).expect(204);
    await rep.post(`/reminders/${id}/restore/`).expect(200);
  });

  test('is about a record that its user may read, after which it is called unless told', async () => {
    const contact = (await rep.post('/contacts/', { first_name: 'Ada', last_name: 'Byron' }).expect(201)).body;
    const company = (await rep.post('/companies/', { name: 'Engines' }).expect(201)).body;
    const task = await createTask({ reminder_at: null });
    const times = { start_at: '2026-05-04T08:00:00Z', end_at: '2026-05-04T09:00:00Z' };
    const event = (await rep.post('/events/', { title: 'Fair', ...times }).expect(201)).body;
    const targets = { contact, company, task, event };
    for (const [target_type, { id }] of Object.entries(targets)) {
      const target = { target_type, target_id: id, remind_at: inMinutes(60), title: '' };
      const { title } = await createReminder(target);
      expect(title).toBe({ contact: 'Ada Byron', company: 'Engines', task: 'Send offer', event: 'Fair' }[target_type]);
      const { body } = await other.post('/reminders/', target).expect(400);
      expect(body.errors[0]).toMatchObject({ field: 'target_id', code: 'not_found' });
      const mine = await createReminder({ remind_at: inMinutes(60) }, other);
      await other.patch(`/reminders/${mine.id}/`, { target_type, target_id: id }).expect(400);
    }
  });

  test.each([
    [{ remind_at: null }, 'remind_at'],
    [{ remind_at: 'soon' }, 'remind_at'],
    [{ title: '' }, 'title'],
    [{ target_type: 'contact' }, 'target_id'],
    [{ target_id: randomUUID() }, 'target_type'],
    [{ target_type: 'user', target_id: randomUUID() }, 'target_type'],
    [{ user_id: randomUUID() }, 'user_id'],
    [{ reminded_at: inMinutes(0) }, 'reminded_at'],
  ])('with %j is refused', async (more, field) => {
    const { body } = await rep.post('/reminders/', { title: 'X', remind_at: inMinutes(1), ...more }).expect(400);
    expect(body.errors[0].field).toBe(field);
  });
});

describe('delivery', () => {
  test('comes once, when it is due, however many workers run', async () => {
    const me = await app.createCaller('sales_rep');
    const { id } = await createReminder({}, me);
    await createReminder({ title: 'Later', remind_at: inMinutes(30) }, me);
    await createReminder({ title: 'Done', is_done: true }, me);
    const trashed = await createReminder({ title: 'Dropped' }, me);
    await me.delete(`/reminders/${trashed.id}/`).expect(204);
    for (let index = 0; index < 12; index += 1) await createTask({ title: `Task ${index}` }, me);
    await Promise.all([deliver(), deliver(), deliver(), deliver()]);
    await deliver();
    const told = await readTold(me);
    expect(told.map(({ title }) => title).sort()).toEqual(
      ['Reminder: Think', ...Array.from({ length: 12 }, (_, index) => `Task Due Soon: Task ${index}`)].sort(),
    );
    expect(told.find(({ title }) => title === 'Reminder: Think')?.action_url).toBe(`/reminders/${id}`);
    expect((await me.get(`/reminders/${id}/`)).body.reminded_at).not.toBeNull();
  });

  test('of a task goes to its assignee, unless it is done, and again when its reminder is moved', async () => {
    const [me, boss] = [await app.createCaller('sales_rep'), await app.createCaller('manager')];
    const task = await createTask({ assigned_to_id: me.id }, boss);
    const done = await createTask({ title: 'Done' }, me);
    await me.post(`/tasks/${done.id}/complete/`).expect(200);
    await deliver();
    expect(await readTold(me)).toMatchObject([
      { title: 'Task Due Soon: Send offer', action_url: `/tasks/${task.id}`, priority: 'medium' },
    ]);
    expect(await readTold(boss)).toEqual([]);
    // Being reminded is no change of the task.
    expect((await me.get(`/tasks/${task.id}/`)).body.version).toBe(1);
    await me.patch(`/tasks/${task.id}/`, { title: 'Send it', reminder_at: task.reminder_at }).expect(200);
    await deliver();
    expect(await readTold(me)).toHaveLength(1);
    await me.patch(`/tasks/${task.id}/`, { reminder_at: inMinutes(-0.5) }).expect(200);
    await deliver();
    expect((await readTold(me)).map(({ title }) => title)).toContain('Task Due Soon: Send it');
  });

  test('comes again after it was put off', async () => {
    const me = await app.createCaller('sales_rep');
    const { id } = await createReminder({}, me);
    await deliver();
    await me.post(`/reminders/${id}/snooze/`, { until: inMinutes(-5) }).expect(400);
    await me.post(`/reminders/${id}/snooze/`, {}).expect(400);
    const snoozed = (await me.post(`/reminders/${id}/snooze/`, { until: inMinutes(60) }).expect(200)).body;
    expect(snoozed).toMatchObject({ reminded_at: null, is_done: false });
    await deliver();
    expect(await readTold(me)).toHaveLength(1);
    await me.patch(`/reminders/${id}/`, { remind_at: inMinutes(-1) }).expect(200);
    await deliver();
    expect(await readTold(me)).toHaveLength(2);
    const events = await app.system.database.query<{ event: string }>(
      'SELECT event FROM audit_logs WHERE resource_id = $1 ORDER BY id',
      [id],
    );
    expect(events.map(({ event }) => event)).toEqual([
      'reminder.created',
      'reminder.delivered',
      'reminder.snoozed',
      'reminder.updated',
      'reminder.delivered',
    ]);
  });

  test('reaches nobody who is suspended, and keeps nobody else waiting', async () => {
    const me = await app.createCaller('sales_rep');
    await createReminder({}, me);
    await admin.post(`/users/${me.id}/suspend/`).expect(200);
    await createReminder({ title: 'Mine' }, other);
    await deliver();
    expect((await readTold(other)).map(({ title }) => title)).toContain('Reminder: Mine');
    const rows = await app.system.database.query('SELECT 1 FROM notifications WHERE user_id = $1', [me.id]);
    expect(rows).toEqual([]);
  });

  test('is done each minute by a job, and reaches the user’s sockets', async () => {
    const me = await app.createCaller('sales_rep');
    const worker = await startJobs(app.system, { realtime: () => app.server.realtime });
    const socket = await connectSocket(app.url, me.access);
    try {
      const heard: { title: string }[] = [];
      socket.on('notification', (payload: { title: string }) => heard.push(payload));
      await createReminder({ title: 'Ring' }, me);
      await worker.enqueue('deliver_reminders', {});
      await eventually(
        async () => heard,
        (all) => all.length > 0,
        10_000,
      );
      expect(heard).toMatchObject([{ title: 'Reminder: Ring', notification_type: 'task_due_soon' }]);
      const line = (await admin.get('/jobs/')).body.schedule.find(
        (each: { name: string }) => each.name === 'deliver_reminders',
      );
      expect(line).toMatchObject({ cron: '* * * * *', queue: 'notifications' });
    } finally {
      closeSockets();
      await worker.stop();
    }
  });
});

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from './support/app.ts';
import type { Caller } from './support/caller.ts';

let app: TestApp;
let manager: Caller;
let rep: Caller;
beforeAll(async () => {
  app = await openTestApp();
  manager = await app.createCaller('manager');
  rep = await app.createCaller('sales_rep');
  await rep.patch('/auth/me/', { timezone: 'Europe/Berlin' }).expect(200);
});
afterAll(() => app.close());

interface Task {
  id: string;
  due_date: string;
  reminder_at: string | null;
  recurrence: string;
  is_all_day: boolean;
}

const createTask = async (more: object, caller = rep): Promise<Task> =>
  (await caller.post('/tasks/', { title: 'Water the plants', ...more }).expect(201)).body;
/** The tasks that came of this one, which there should be at most one of. */
const readNext = async (id: string): Promise<Task[]> => {
  const { body } = await manager.get('/tasks/?page_size=200').expect(200);
  return body.results.filter((task: { recurred_from_id: string }) => task.recurred_from_id === id);
};
/** Completes a task and those that come of it, and answers when each of them is due. */
async function runSeries(first: Task, rounds: number): Promise<string[]> {
  const dues: string[] = [];
  let task: Task | undefined = first;
  for (let round = 0; task && round < rounds; round += 1) {
    dues.push(new Date(task.due_date).toISOString());
    await rep.post(`/tasks/${task.id}/complete/`).expect(200);
    [task] = await readNext(task.id);
  }
  return dues;
}

describe('a rule', () => {
  test.each([
    ['rrule:freq=weekly;byday=mo,fr', 'FREQ=WEEKLY;BYDAY=MO,FR'],
    ['INTERVAL=2;FREQ=DAILY', 'FREQ=DAILY;INTERVAL=2'],
    ['FREQ=MONTHLY;BYDAY=-1FR;', 'FREQ=MONTHLY;BYDAY=-1FR'],
    ['FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3', 'FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;COUNT=3'],
    ['FREQ=DAILY;UNTIL=20261231T225959Z', 'FREQ=DAILY;UNTIL=20261231T225959Z'],
    ['', null],
  ])('%s is kept as %s', async (given, kept) => {
    expect((await createTask({ recurrence: given })).recurrence).toBe(kept);
  });

  test.each([
    'FREQ=MINUTELY',
    'DAILY',
    'FREQ=DAILY;FREQ=DAILY',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=1001',
    'FREQ=DAILY;INTERVAL=0',
    'FREQ=DAILY;INTERVAL=-1',
    'FREQ=DAILY;UNTIL=20260231',
    'FREQ=DAILY;UNTIL=yesterday',
    'FREQ=DAILY;COUNT=1;UNTIL=20260101',
    'FREQ=DAILY;BYMONTHDAY=30;BYMONTH=2',
    'FREQ=DAILY;INTERVAL=7;BYDAY=MO',
    'FREQ=WEEKLY;BYDAY=1MO',
    'FREQ=WEEKLY;BYDAY=XX',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=MONTHLY;BYSETPOS=1',
    'FREQ=MONTHLY;BYHOUR=9',
    'FREQ=MONTHLY;X-EVIL=1',
    '__proto__=1;FREQ=DAILY',
    'FREQ=DAILY\r\nATTACH:x',
    `FREQ=DAILY;BYDAY=${'MO,'.repeat(400)}MO`,
  ])('%j is refused', async (recurrence) => {
    const { body } = await rep.post('/tasks/', { title: 'X', recurrence }).expect(400);
    expect(body.errors[0].field).toBe('recurrence');
  });
});

describe('completing a recurring task', () => {
  test('makes the next one, which is like it and not yet done', async () => {
    const company = (await rep.post('/companies/', { name: 'Gardens' }).expect(201)).body;
    const task = await createTask({
      due_date: '2026-06-01T07:00:00Z',
      reminder_at: '2026-06-01T06:30:00Z',
      recurrence: 'FREQ=WEEKLY',
      priority: 'high',
      company_id: company.id,
      checklist: [{ text: 'Roses', is_done: true }],
      tags: ['garden'],
    });
    await rep.post(`/tasks/${task.id}/complete/`).expect(200);
    const [next, ...more] = await readNext(task.id);
    expect(more).toEqual([]);
    expect(next).toMatchObject({
      title: 'Water the plants',
      status: 'pending',
      completed_at: null,
      priority: 'high',
      company_id: company.id,
      owner_id: rep.id,
      assigned_to_id: rep.id,
      created_by_id: rep.id,
      recurrence: 'FREQ=WEEKLY',
      due_date: '2026-06-08T07:00:00Z',
      reminder_at: '2026-06-08T06:30:00Z',
      checklist: [{ text: 'Roses', is_done: false }],
      tags: ['garden'],
    });
    const events = await app.system.database.query<{ event: string; actor_id: string }>(
      'SELECT event, actor_id FROM audit_logs WHERE resource_id = ANY($1::uuid[]) ORDER BY id',
      [[task.id, next?.id]],
    );
    expect(events.map(({ event }) => event)).toEqual(['task.created', 'task.completed', 'task.created']);
    expect(events.map(({ actor_id }) => actor_id)).toEqual(Array(3).fill(rep.id));
  });

  test('many times at once, by both doors, makes one', async () => {
    const task = await createTask({ due_date: '2026-06-01', recurrence: 'FREQ=DAILY' });
    const answers = await Promise.all([
      ...Array.from({ length: 6 }, () => rep.post(`/tasks/${task.id}/complete/`)),
      ...Array.from({ length: 3 }, () => manager.patch(`/tasks/${task.id}/`, { status: 'completed' })),
    ]);
    const posts = answers.slice(0, 6).map(({ status }) => status);
    expect(posts.filter((status) => status === 200).length).toBeLessThanOrEqual(1);
    expect(posts.filter((status) => status === 409).length).toBeGreaterThanOrEqual(5);
    expect(await readNext(task.id)).toHaveLength(1);
    const [completed] = await app.system.database.query<{ count: number }>(
      "SELECT count(*) AS count FROM audit_logs WHERE resource_id = $1 AND event = 'task.completed'",
      [task.id],
    );
    expect(completed?.count).toBe(1);
  });

  test('by ten PATCHes at once is fine to all of them, and makes one', async () => {
    const task = await createTask({ due_date: '2026-06-01', recurrence: 'FREQ=DAILY' });
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => rep.patch(`/tasks/${task.id}/`, { status: 'completed' })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect(new Set(answers.map(({ body }) => body.version))).toEqual(new Set([2]));
    expect(await readNext(task.id)).toHaveLength(1);
  });

  test('a second time, after it was opened again, makes no second one', async () => {
    const task = await createTask({ due_date: '2026-06-01', recurrence: 'FREQ=DAILY' });
    for (const act of ['complete', 'reopen', 'complete']) await rep.post(`/tasks/${task.id}/${act}/`).expect(200);
    expect(await readNext(task.id)).toHaveLength(1);
  });

  test('by PATCH, in bulk and at its creation makes the next one too', async () => {
    const recurring = { due_date: '2026-06-01', recurrence: 'FREQ=DAILY' };
    const patched = await createTask(recurring);
    await rep.patch(`/tasks/${patched.id}/`, { status: 'completed' }).expect(200);
    const bulked = await createTask(recurring);
    const changes = { status: 'completed' };
    await rep.post('/tasks/bulk/', { operation: 'update', ids: [bulked.id], changes }).expect(200);
    const born = await createTask({ ...recurring, ...changes });
    for (const { id } of [patched, bulked, born]) expect(await readNext(id)).toHaveLength(1);
  });

  test('works for who may not make tasks for others, and when what it is about is gone', async () => {
    const contact = (await manager.post('/contacts/', { first_name: 'Gone', last_name: 'Soon' }).expect(201)).body;
    const more = { due_date: '2026-06-01', recurrence: 'FREQ=DAILY', contact_id: contact.id };
    const task = await createTask({ ...more, assigned_to_id: rep.id }, manager);
    const kept = await createTask({ ...more, assigned_to_id: rep.id }, manager);
    await rep.post(`/tasks/${kept.id}/complete/`).expect(200);
    expect(await readNext(kept.id)).toMatchObject([{ contact_id: contact.id, owner_id: manager.id }]);
    await manager.delete(`/contacts/${contact.id}/`).expect(204);
    await rep.post(`/tasks/${task.id}/complete/`).expect(200);
    expect(await readNext(task.id)).toMatchObject([{ contact_id: null, assigned_to_id: rep.id }]);
  });

  test('ends after COUNT and UNTIL, both included', async () => {
    const counted = await createTask({ due_date: '2026-06-01T07:00:00Z', recurrence: 'FREQ=DAILY;COUNT=3' });
    expect(await runSeries(counted, 9)).toEqual([
      '2026-06-01T07:00:00.000Z',
      '2026-06-02T07:00:00.000Z',
      '2026-06-03T07:00:00.000Z',
    ]);
    for (const until of ['20260603', '20260603T070000Z', '20260603T235959Z', '20260603T090000']) {
      const task = await createTask({ due_date: '2026-06-01T07:00:00Z', recurrence: `FREQ=DAILY;UNTIL=${until}` });
      expect(await runSeries(task, 9)).toHaveLength(3);
    }
    const days = await createTask({ due_date: '2026-06-01', recurrence: 'FREQ=DAILY;UNTIL=20260603' });
    expect(await runSeries(days, 9)).toHaveLength(3);
  });

  test.each([
    ['FREQ=MONTHLY', '2026-01-31', ['2026-01-31', '2026-03-31', '2026-05-31']],
    ['FREQ=MONTHLY;BYDAY=-1FR', '2026-01-30', ['2026-01-30', '2026-02-27', '2026-03-27']],
    ['FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE', '2026-01-05', ['2026-01-05', '2026-01-07', '2026-01-19']],
    ['FREQ=YEARLY', '2028-02-29', ['2028-02-29', '2032-02-29', '2036-02-29']],
    ['FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1', '2026-01-30', ['2026-01-30', '2026-02-27', '2026-03-31']],
    ['FREQ=WEEKLY;BYDAY=MO', '2026-01-07', ['2026-01-07', '2026-01-12', '2026-01-19']],
  ])('by %s from %s is due on %j', async (recurrence, due_date, expected) => {
    const dues = await runSeries(await createTask({ due_date, recurrence }), 3);
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' });
    expect(dues.map((due) => day.format(new Date(due)))).toEqual(expected);
  });

  test('keeps its time of day in Berlin over the changes of the clocks in March and October', async () => {
    // 9:00 is 8:00Z in winter and 7:00Z in summer. The clocks change on 29 March and 25 October 2026.
    const spring = await createTask({ due_date: '2026-03-28T08:00:00Z', recurrence: 'FREQ=DAILY' });
    expect(await runSeries(spring, 3)).toEqual([
      '2026-03-28T08:00:00.000Z',
      '2026-03-29T07:00:00.000Z',
      '2026-03-30T07:00:00.000Z',
    ]);
    const autumn = await createTask({
      due_date: '2026-10-24T07:00:00Z',
      reminder_at: '2026-10-23T07:00:00Z',
      recurrence: 'FREQ=DAILY',
    });
    await rep.post(`/tasks/${autumn.id}/complete/`).expect(200);
    const [next] = await readNext(autumn.id);
    expect(next).toMatchObject({ due_date: '2026-10-25T08:00:00Z', reminder_at: '2026-10-24T07:00:00Z' });
    // Days of 23 and of 25 hours still end at midnight.
    const days = await createTask({ due_date: '2026-03-28', recurrence: 'FREQ=DAILY' });
    expect(await runSeries(days, 3)).toEqual([
      '2026-03-28T22:59:59.999Z',
      '2026-03-29T21:59:59.999Z',
      '2026-03-30T21:59:59.999Z',
    ]);
    // 2:30 does not come on 29 March, and is counted on to 3:30; the day after it is 2:30 again.
    const gap = { due_date: '2026-03-28T01:30:00Z', reminder_at: '2026-03-28T00:30:00Z', recurrence: 'FREQ=DAILY' };
    expect(await runSeries(await createTask(gap), 4)).toEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:30:00.000Z',
      '2026-03-30T00:30:00.000Z',
      '2026-03-31T00:30:00.000Z',
    ]);
    // Moved by hand, it keeps the time that it was moved to.
    const moved = await createTask(gap);
    await rep.post(`/tasks/${moved.id}/complete/`).expect(200);
    const [inGap] = await readNext(moved.id);
    expect(inGap).toMatchObject({ due_date: '2026-03-29T01:30:00Z', reminder_at: '2026-03-29T00:30:00Z' });
    const later = await rep.patch(`/tasks/${inGap?.id}/`, { due_date: '2026-03-29T02:30:00Z' }).expect(200);
    expect((await runSeries(later.body, 2))[1]).toBe('2026-03-30T02:30:00.000Z');
    // 2:30 comes twice on 25 October, and the first counts.
    const twice = await createTask({ due_date: '2026-10-24T00:30:00Z', recurrence: 'FREQ=DAILY' });
    expect((await runSeries(twice, 2))[1]).toBe('2026-10-25T00:30:00.000Z');
  });

  test('goes by the clock of the assignee, and without a due date by the day on which it was done', async () => {
    const abroad = await app.createCaller('sales_rep');
    await abroad.patch('/auth/me/', { timezone: 'America/New_York' }).expect(200);
    // In New York the clocks go forward on 8 March 2026, in Berlin not yet.
    const due = { due_date: '2026-03-07T14:00:00Z', recurrence: 'FREQ=DAILY', assigned_to_id: abroad.id };
    const task = await createTask(due, manager);
    await abroad.post(`/tasks/${task.id}/complete/`).expect(200);
    expect((await readNext(task.id))[0]?.due_date).toBe('2026-03-08T13:00:00Z');
    const undated = await createTask({ recurrence: 'FREQ=DAILY' });
    await rep.post(`/tasks/${undated.id}/complete/`).expect(200);
    const [next] = await readNext(undated.id);
    const day = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Berlin' });
    expect(next?.is_all_day).toBe(true);
    expect(day.format(new Date(next?.due_date ?? 0))).toBe(day.format(new Date(Date.now() + 86_400_000)));
  });
});

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openTestApp, type TestApp } from '../support/app.ts';
import { openPanelAs, type PanelVisitor } from '../support/panel.ts';

let app: TestApp;
let admin: PanelVisitor & { id: string };
beforeAll(async () => {
  app = await openTestApp({}, { panel: true });
  admin = await openPanelAs(app, 'admin');
});
afterAll(() => app.close());

const create = async (plural: string, form: Record<string, string>) =>
  (await admin.post(`/api/resources/${plural}/actions/new`, form).expect(200)).body.record;
const act = (id: string, name: string) => admin.post(`/api/resources/tasks/records/${id}/${name}`).expect(200);
const rowOf = async (plural: string, id: string) =>
  (await app.system.database.query(`SELECT * FROM ${plural} WHERE id = $1`, [id]))[0];

test('a task is made, saved untouched, completed and opened again at the panel', async () => {
  const { params } = await create('tasks', {
    title: 'Ring',
    due_date: '2026-06-01T07:00:00.000Z',
    recurrence: 'FREQ=DAILY',
    checklist: JSON.stringify([{ text: 'Dial', is_done: false }]),
    assigned_to_id: '',
  });
  expect(params).toMatchObject({ title: 'Ring', assigned_to_id: admin.id, status: 'pending' });
  await admin.post(`/api/resources/tasks/records/${params.id}/edit`, { version: '1' }).expect(200);
  expect(await rowOf('tasks', params.id)).toMatchObject({ version: 1, checklist: [{ text: 'Dial', is_done: false }] });
  expect((await act(params.id, 'complete')).body.notice).toMatchObject({ type: 'success' });
  expect(await rowOf('tasks', params.id)).toMatchObject({ status: 'completed', version: 2 });
  const emptied = { due_date: '', version: '2' };
  await admin.post(`/api/resources/tasks/records/${params.id}/edit`, emptied).expect(200);
  expect(await rowOf('tasks', params.id)).toMatchObject({ due_date: null });
  await act(params.id, 'reopen');
  expect(await rowOf('tasks', params.id)).toMatchObject({ status: 'pending', completed_at: null });
  const made = await app.system.database.query('SELECT due_date FROM tasks WHERE recurred_from_id = $1', [params.id]);
  expect(made).toEqual([{ due_date: '2026-06-02T07:00:00Z' }]);
  const refused = await create('tasks', { title: 'Bad', recurrence: 'FREQ=NEVER' });
  expect(refused.errors.recurrence.message).toContain('FREQ');
});

test('an event and a template are made and saved untouched at the panel', async () => {
  const event = await create('events', {
    title: 'Fair',
    start_at: '2026-06-01T07:00:00.000Z',
    end_at: '2026-06-01T08:00:00.000Z',
    timezone: '',
    recurrence: 'FREQ=WEEKLY;COUNT=4',
    'exception_dates.0': '2026-06-08',
    attendees: JSON.stringify([{ user_id: admin.id, status: 'accepted' }]),
  });
  await admin.post(`/api/resources/events/records/${event.params.id}/edit`, { version: '1' }).expect(200);
  expect(await rowOf('events', event.params.id)).toMatchObject({
    version: 1,
    timezone: 'UTC',
    recurs_until: '2026-06-22T08:00:00Z',
    exception_dates: ['2026-06-08'],
    attendees: [{ user_id: admin.id, status: 'accepted' }],
  });
  const late = await create('events', { title: 'X', start_at: '2026-06-01T07:00:00Z', end_at: '2026-06-01T06:00:00Z' });
  expect(late.errors.end_at.message).toBe('An event ends after it starts.');
  const template = await create('task_templates', {
    name: 'Welcome',
    title: 'Call',
    due_in_days: '',
    is_shared: 'true',
  });
  await admin.post(`/api/resources/task_templates/records/${template.params.id}/edit`, { version: '1' });
  expect(await rowOf('task_templates', template.params.id)).toMatchObject({
    version: 1,
    is_shared: true,
    due_in_days: null,
  });
});

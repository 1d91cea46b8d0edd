import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startJobs, type Worker } from '../../jobs/agenda.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { eventually } from '../support/eventually.ts';

let app: TestApp;
let worker: Worker;
beforeAll(async () => {
  app = await openTestApp();
  worker = await startJobs(app.system, { realtime: () => app.server.realtime });
});
afterAll(async () => {
  await worker.stop();
  await app.close();
});

const readSchedule = async () => {
  const admin = await app.createCaller('admin');
  const { body } = await admin.get('/jobs/').expect(200);
  return body.schedule.find((line: { name: string }) => line.name === 'cleanup_old_notifications');
};

test('the schedule is shown to administrators and to nobody else', async () => {
  expect(await readSchedule()).toMatchObject({ cron: '0 2 * * *', time_zone: 'UTC', last_run_at: null });
  const manager = await app.createCaller('manager');
  await manager.get('/jobs/').expect(403);
});

test('a run missed while the system was down runs once at the next start', async () => {
  await worker.stop();
  await app.system.database.query("UPDATE agenda_jobs SET next_run_at = now() - interval '3 hours'");
  worker = await startJobs(app.system, { realtime: () => app.server.realtime });
  const line = await eventually(readSchedule, (each) => each.last_finished_at !== null, 10_000);
  expect(line.last_finished_at).not.toBeNull();
  expect(new Date(line.next_run_at).getTime()).toBeGreaterThan(Date.now());
});

test('the clean-up removes what has outlived its use, twice without harm, and nothing else', async () => {
  const admin = await app.createCaller('admin');
  const { database } = app.system;
  const keep = await admin.post('/contacts/', { first_name: 'Kept', last_name: 'Row' });
  const trashed = await admin.post('/contacts/', { first_name: 'Old', last_name: 'Trash' });
  await admin.delete(`/contacts/${trashed.body.id}/`).expect(204);
  await database.query("UPDATE contacts SET deleted_at = now() - interval '31 days' WHERE id = $1", [trashed.body.id]);
  await database.query(
    "INSERT INTO idempotency_keys (id, body_hash, status, created_at) VALUES ('old', '', 200, now() - interval '2 days'), ('new', '', 200, now())",
  );
  for (const round of [1, 2]) {
    await worker.enqueue('cleanup_old_notifications', {});
    const rows = await eventually(
      () => database.query('SELECT id FROM contacts ORDER BY first_name'),
      (found) => found.length === 1,
      10_000,
    );
    expect({ round, ids: rows.map((row) => row.id) }).toEqual({ round, ids: [keep.body.id] });
  }
  const keys = await database.query("SELECT id FROM idempotency_keys WHERE id IN ('old', 'new')");
  expect(keys).toEqual([{ id: 'new' }]);
  const purged = await database.query(
    "SELECT actor_name FROM audit_logs WHERE event = 'contact.purged' AND resource_id = $1",
    [trashed.body.id],
  );
  expect(purged).toEqual([{ actor_name: 'system' }]);
});

import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import supertest from 'supertest';
import { openTestApp, type TestApp } from './support/app.ts';
import { openTwin } from './support/twin.ts';
import { visitFrom } from './support/visitor.ts';

const TOKEN = 'a token for the scraper';
let app: TestApp;
beforeAll(async () => {
  app = await openTestApp({ METRICS_TOKEN: TOKEN });
});
afterAll(() => app.close());

const api = (url = app.url) => supertest(`${url}/api/v1`);

describe('probes', () => {
  test('answer anyone, with and without the slash', async () => {
    for (const path of ['/healthz/', '/healthz']) {
      const { body } = await api().get(path).expect(200);
      expect(body).toEqual({ status: 'healthy', timestamp: expect.any(String), service: 'MyCRM API' });
      expect(new Date(body.timestamp).toISOString()).toBe(body.timestamp);
    }
    expect((await api().get('/ping/').expect(200)).body).toBe('pong');
    expect((await api().get('/live/').expect(200)).body.status).toBe('alive');
    const ready = await api().get('/ready/').expect(200);
    expect(Object.keys(ready.body.checks)).toEqual(expect.arrayContaining(['database', 'migrations', 'jobs']));
    for (const check of Object.values(ready.body.checks)) {
      expect(check).toEqual({ status: 'healthy', latency_ms: expect.any(Number) });
    }
  });

  test('need neither a token nor a good one', async () => {
    await api().get('/healthz/').set('Authorization', 'Bearer nonsense').expect(200);
    await api().head('/healthz/').expect(200);
    await api().post('/healthz/').expect(405);
  });

  test('ready is 503 while requests drain', async () => {
    const twin = await openTwin(app);
    // A request that has begun keeps its connection while the server closes the idle ones.
    const socket = connect(twin.server.port, '127.0.0.1');
    socket.write('GET /api/v1/ready/ HTTP/1.1\r\nHost: localhost\r\n');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const stopped = twin.close();
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.write('Connection: close\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const answer = Buffer.concat(chunks).toString();
    expect(answer).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer).toMatch(/retry-after: 2/i);
    expect(answer).toContain('"status":"not_ready"');
    await stopped;
  });
});

describe('a database that is in trouble', () => {
  test('makes ready 503 without a word on why, health tell an administrator, and metrics go on', async () => {
    const ill = await openTestApp({ METRICS_TOKEN: '' });
    const admin = await ill.createCaller('admin');
    await admin.get('/auth/me/').expect(200);
    await ill.system.database.query('ALTER TABLE migrations RENAME TO migrations_away');
    const { text } = await api(ill.url).get('/ready/').expect(503);
    expect(text).toContain('"migrations":{"status":"unhealthy"');
    expect(text).not.toContain('relation');
    expect((await api(ill.url).get('/health/').expect(503)).body).toEqual({ status: 'unhealthy' });
    const { body } = await admin.get('/health/').expect(503);
    expect(body.checks.migrations.detail).toContain('pending');
    expect((await api(ill.url).get('/metrics/').expect(200)).text).toContain('\ncrm_health_status 0\n');
    await api(ill.url).get('/healthz/').expect(200);
    await ill.close();
  });
});

describe('health', () => {
  test('tells strangers the status and administrators everything', async () => {
    expect((await api().get('/health/').expect(200)).body).toEqual({ status: 'healthy' });
    const rep = await app.createCaller('sales_rep');
    expect((await rep.get('/health/').expect(200)).body).toEqual({ status: 'healthy' });
    const admin = await app.createCaller('admin');
    const { body } = await admin.get('/health/').expect(200);
    expect(Object.keys(body.checks).sort()).toEqual([
      'cache',
      'database',
      'email',
      'jobs',
      'migrations',
      'sockets',
      'storage',
    ]);
    for (const check of Object.values(body.checks)) {
      expect(check).toMatchObject({ status: 'healthy', latency_ms: expect.any(Number) });
    }
    expect(body.summary).toEqual({ healthy: 7, total: 7, percentage: 100 });
    expect(body).toMatchObject({ environment: 'test', version: expect.any(String), timestamp: expect.any(String) });
  });

  test('is made anew at most every five seconds', async () => {
    const admin = await app.createCaller('admin');
    const [first, second] = [await admin.get('/health/'), await admin.get('/health/')];
    expect(second.body.timestamp).toBe(first.body.timestamp);
  });
});

describe('metrics', () => {
  const names = [
    'mycrm_http_requests_total',
    'mycrm_http_request_duration_seconds_bucket',
    'crm_users_total',
    'crm_users_active',
    'crm_notifications_total',
    'crm_notifications_unread',
    'crm_uptime_seconds',
    'crm_health_status',
    'mycrm_database_pool_connections',
    'mycrm_jobs',
    'mycrm_jobs_waiting_seconds',
    'mycrm_outbox_events',
    'mycrm_outbox_lag_seconds',
    'mycrm_socket_connections',
    'mycrm_nodejs_eventloop_lag_seconds',
  ];

  test('are for the token, for view_admin_dashboard, and for nobody else', async () => {
    const { text, headers } = await api().get('/metrics/').set('Authorization', `Bearer ${TOKEN}`).expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    for (const name of names) expect(text).toMatch(new RegExp(`^${name}[ {]`, 'm'));
    const admin = await app.createCaller('admin');
    await admin.get('/metrics/').expect(200);
    const manager = await app.createCaller('manager');
    expect((await manager.get('/metrics/').expect(403)).body.permission).toBe('view_admin_dashboard');
    await api().get('/metrics/').expect(401);
    await api()
      .get('/metrics/')
      .set('Authorization', `Bearer ${TOKEN.slice(0, -1)}`)
      .expect(401);
  });

  test('the token opens nothing else', async () => {
    await api().get('/contacts/').set('Authorization', `Bearer ${TOKEN}`).expect(401);
    await api().get('/auth/me/').set('Authorization', `Bearer ${TOKEN}`).expect(401);
  });

  test('without a token are open on loopback only', async () => {
    const open = await openTestApp({ METRICS_TOKEN: '' });
    await api(open.url).get('/metrics/').expect(200);
    await visitFrom(open.url).get('/metrics/').expect(401);
    for (const [name, value] of [
      ['X-Forwarded-For', '127.0.0.1'],
      ['Forwarded', 'for=127.0.0.1'],
    ] as const) {
      await api(open.url).get('/metrics/').set(name, value).expect(401);
    }
    await open.close();
  });

  test('tell the figures of this very moment', async () => {
    const scrape = async () => (await api().get('/metrics/').set('Authorization', `Bearer ${TOKEN}`)).text;
    await new Promise((resolve) => setTimeout(resolve, 550));
    await app.createCaller('viewer');
    const [row] = await app.system.database.query<{ count: number }>('SELECT count(*) AS count FROM users');
    expect(await scrape()).toContain(`\ncrm_users_total ${row?.count}\n`);
  });

  test('tell the depth and the age of the queue, and the state that health/ tells', async () => {
    await app.system.database.query(
      "INSERT INTO agenda_jobs (name, next_run_at) VALUES ('cleanup_old_notifications', now() - interval '90 seconds')",
    );
    const { text } = await api().get('/metrics/').set('Authorization', `Bearer ${TOKEN}`).expect(200);
    expect(text).toContain('mycrm_jobs{name="cleanup_old_notifications",state="waiting"} 1\n');
    const age = Number(/^mycrm_jobs_waiting_seconds ([\d.]+)$/m.exec(text)?.[1]);
    expect(age).toBeGreaterThanOrEqual(90);
    expect(age).toBeLessThan(120);
    expect(text).toContain('\ncrm_health_status 1\n');
    await app.system.database.query('DELETE FROM agenda_jobs');
  });

  test('label routes by their template, never by what a client wrote', async () => {
    const admin = await app.createCaller('admin');
    await admin.get('/contacts/0190a000-0000-7000-8000-000000000000/').expect(404);
    await api().get('/no-such-path-as-this/').expect(404);
    await api().get('/contacts/').expect(401);
    const { text } = await admin.get('/metrics/').expect(200);
    expect(text).toContain('mycrm_http_requests_total{method="GET",route="/contacts/:id/",status="404"} 1');
    expect(text).toMatch(/mycrm_http_requests_total\{method="GET",route="\/contacts\/",status="401"\} \d/);
    expect(text).not.toContain('0190a000');
    expect(text).not.toContain('no-such-path');
  });
});

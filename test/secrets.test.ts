import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startJobs, type Worker } from '../jobs/agenda.ts';
import { createSystemCtx } from '../src/core/ctx.ts';
import { createLogger } from '../src/core/logger.ts';
import { type ApiServer, startServer } from '../src/server.ts';
import { openSystem, type System } from '../src/system.ts';
import { cloneTemplate, testConfig } from './support/app.ts';
import { createCaller, requestsWith } from './support/caller.ts';
import { closeSockets, nextEvent, openSocket } from './support/socket.ts';
import { randomEmail, visitFrom } from './support/visitor.ts';

const PASSWORDS = ['the first passphrase', 'the second passphrase', 'a wrong passphrase', 'typed-into-the-wrong-field'];
const [FIRST, SECOND, WRONG, MISPLACED] = PASSWORDS as [string, string, string, string];

const METRICS_TOKEN = 'a token for the scraper';
const secrets = new Set([...PASSWORDS, METRICS_TOKEN]);
let lines = '';
let system: System;
let server: ApiServer;
let queue: Worker;
let url: string;
let drop: () => Promise<void>;

beforeAll(async () => {
  const clone = await cloneTemplate();
  drop = clone.drop;
  const config = testConfig(clone.url, { LOG_LEVEL: 'trace', METRICS_TOKEN });
  const logger = createLogger('trace', {
    write(line) {
      lines += line;
    },
  });
  system = await openSystem(config, { name: 'secrets', logger, isMigrating: false });
  queue = await startJobs(system, { queues: [], realtime: () => server.realtime });
  server = await startServer(system, { host: '127.0.0.1', port: 0, queue });
  url = `http://127.0.0.1:${server.port}`;
  secrets.add(config.SECRET_KEY);
});
afterAll(async () => {
  closeSockets();
  await server.stop();
  await queue.stop();
  await system.close();
  await drop();
});

const post = (path: string, body: object) => visitFrom(url).post(path, body);

/** Everything that happens to an account, right and wrong. Answers what was said to the client when it went wrong. */
async function live(): Promise<string> {
  const email = randomEmail();
  const { body } = await post('/auth/register/', { email, password: FIRST }).expect(201);
  const caller = requestsWith(url, body.access);
  const problems = [
    await post('/auth/login/', { email, password: WRONG }),
    await post('/auth/login/', { email: MISPLACED, password: WRONG }),
    await post('/auth/login/', { username: `${MISPLACED}@`, password: WRONG }),
    await post('/auth/login/', { email, password: WRONG, [MISPLACED]: WRONG }).then(withoutNames),
    await post('/auth/login/', { email, password: { [WRONG]: WRONG } }),
    await post('/auth/register/', { email, password: FIRST }),
    await post('/auth/register/', { email: FIRST, password: FIRST }),
    await visitFrom(url).post('/auth/login/').set('Content-Type', 'application/json').send(`{"password":"${WRONG}",`),
    await caller.post('/auth/change-password/', { current_password: WRONG, new_password: SECOND }),
    await caller.get('/auth/me/?token=x'),
    await requestsWith(url, `${body.access.slice(0, -4)}AAAA`).get('/auth/me/'),
    await post('/auth/token/refresh/', { refresh: `${body.refresh.slice(0, -4)}AAAA` }),
  ];
  await caller.post('/auth/change-password/', { current_password: FIRST, new_password: SECOND }).expect(200);
  const renewed = (await post('/auth/token/refresh/', { refresh: body.refresh }).expect(200)).body;
  await system.database.query("UPDATE sessions SET rotated_at = now() - interval '2 minutes'");
  problems.push(await post('/auth/token/refresh/', { refresh: body.refresh }));
  await requestsWith(url, METRICS_TOKEN).get('/metrics/').expect(200);
  await nextEvent(openSocket(url, renewed.access), 'connect_error');
  await nextEvent(openSocket(url, undefined, { query: { token: renewed.access } }), 'connect_error');
  for (const token of [body.access, body.refresh, renewed.access, renewed.refresh]) secrets.add(token);
  for (const row of await system.database.query<{ hash: string }>(
    'SELECT password_hash AS hash FROM users UNION SELECT refresh_hash FROM sessions',
  )) {
    secrets.add(row.hash);
  }
  return problems.map((answer) => answer.text).join('\n');
}

// A body key that we do not know is named, so that a client finds its typing error; what stands under it is not.
function withoutNames(answer: { text: string }): { text: string } {
  return { text: answer.text.replaceAll(MISPLACED, '') };
}

function expectNoSecret(text: string): void {
  for (const secret of secrets) expect(text.includes(secret) ? `found ${secret}` : 'clean').toBe('clean');
}

describe('secrets', () => {
  let told: string;
  beforeAll(async () => {
    told = await live();
  });

  test('stand in no log line, at the most talkative level', () => {
    expect(lines).toContain('/auth/login/');
    expectNoSecret(lines);
  });

  test('are repeated in no error', () => expectNoSecret(told));

  test('stand in no audit row, limit or stored answer', async () => {
    const rows = await system.database.query('SELECT * FROM audit_logs');
    expect(rows.map((row) => row.event)).toEqual(
      expect.arrayContaining(['user.signed_in', 'user.sign_in_failed', 'session.reuse_detected']),
    );
    expectNoSecret(JSON.stringify(rows));
    expectNoSecret(JSON.stringify(await system.database.query('SELECT * FROM rate_limits')));
    expectNoSecret(JSON.stringify(await system.database.query('SELECT * FROM idempotency_keys')));
  });

  test('are masked by the logger under any of their names', () => {
    const before = lines.length;
    const token = 'a-value-to-hide';
    system.logger.info({ password: token, req: { headers: { authorization: token } }, body: { refresh: token } }, 'x');
    expect(lines.slice(before)).toContain('[redacted]');
    expect(lines.slice(before)).not.toContain(token);
  });

  test('passwords are kept as argon2id with the cost that OWASP asks for', async () => {
    const [user] = await system.database.query<{ hash: string }>('SELECT password_hash AS hash FROM users');
    expect(user?.hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });
});

describe('a fault of ours', () => {
  test('is a 500 that says nothing but its id, which the log explains', async () => {
    const viewer = await createCaller(createSystemCtx(system), system.keys, url, 'viewer');
    await viewer.get('/auth/me/').expect(200);
    await system.database.query('ALTER TABLE companies RENAME TO companies_away');
    const answer = await viewer.get('/companies/');
    await system.database.query('ALTER TABLE companies_away RENAME TO companies');
    expect(answer.status).toBe(500);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    const { request_id, ...rest } = answer.body;
    expect(rest).toEqual({
      type: '/problems/internal',
      title: 'Internal error',
      status: 500,
      code: 'internal',
      detail: 'Something went wrong on our side.',
    });
    expect(request_id).toBe(answer.headers['x-request-id']);
    const logged = lines.split('\n').filter((line) => line.includes(request_id) && line.includes('"level":"error"'));
    expect(logged.join()).toContain('companies');
    await viewer.get('/companies/').expect(200);
  });

  test('the headers tell nothing of what we run', async () => {
    const { headers } = await visitFrom(url).get('/healthz/');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
    expect(headers['x-content-type-options']).toBe('nosniff');
  });
});

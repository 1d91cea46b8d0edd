import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import jwt from 'jsonwebtoken';
import { type ApiServer, startServer } from '../src/server.ts';
import { openTestApp, type TestApp } from './support/app.ts';
import { type Caller, requestsWith } from './support/caller.ts';
import { closeSockets, connectSocket, nextEvent, openSocket } from './support/socket.ts';
import { openTwin, type Twin } from './support/twin.ts';

let app: TestApp;
let twin: Twin;
let admin: Caller;
beforeAll(async () => {
  app = await openTestApp({ CORS_ALLOWED_ORIGINS: 'https://app.example' });
  twin = await openTwin(app);
  admin = await app.createCaller('admin');
});
afterEach(closeSockets);
afterAll(async () => {
  await twin.close();
  await app.close();
});

function accessToken(caller: Caller, expiresIn: number): string {
  return jwt.sign({ sid: caller.session_id, token_type: 'access' }, app.system.keys.access, {
    algorithm: 'HS256',
    subject: caller.id,
    issuer: 'mycrm',
    audience: 'mycrm-api',
    expiresIn,
  });
}

/** An event that notifies: an administrator gives a role. */
async function giveRole(user: Caller): Promise<void> {
  const roles = (await admin.get('/settings/roles/?name=viewer').expect(200)).body.results;
  await admin.post('/settings/role-assignments/', { role_id: roles[0].id, user_id: user.id }).expect(201);
}

const reasonOf = async (...args: Parameters<typeof openSocket>) =>
  (await nextEvent<Error>(openSocket(...args), 'connect_error')).message;

describe('a connection', () => {
  test.each([['/notifications'], ['/']])('to %s needs a token and says why it is refused', async (namespace) => {
    const caller = await app.createCaller('viewer');
    await connectSocket(app.url, caller.access, { namespace });
    await connectSocket(app.url, undefined, { namespace, query: { token: caller.access } });
    await connectSocket(app.url, caller.access, { namespace, transports: ['polling'] });
    expect(await reasonOf(app.url, undefined, { namespace })).toBe('not_authenticated');
    expect(await reasonOf(app.url, 'nonsense', { namespace })).toBe('token_invalid');
    expect(await reasonOf(app.url, accessToken(caller, -5), { namespace })).toBe('token_expired');
    await caller.post('/auth/logout/').expect(200);
    expect(await reasonOf(app.url, caller.access, { namespace })).toBe('token_invalid');
  });

  test('of a suspended user is refused, and a token must be a string', async () => {
    const caller = await app.createCaller('viewer');
    await admin.post(`/users/${caller.id}/suspend/`).expect(200);
    expect(await reasonOf(app.url, caller.access)).toBe('account_disabled');
    const odd = [{ token: { $ne: null } }, { token: [caller.access] }, { token: 7 }, {}];
    for (const auth of odd) expect(await reasonOf(app.url, undefined, { auth })).toBe('not_authenticated');
  });

  test('from the page of another site is refused, whatever token it has', async () => {
    const caller = await app.createCaller('viewer');
    for (const origin of ['https://evil.example', 'null', 'https://app.example.evil.example']) {
      const extraHeaders = { Origin: origin };
      await expect(reasonOf(app.url, caller.access, { extraHeaders })).resolves.toBe('websocket error');
    }
    await connectSocket(app.url, caller.access, { extraHeaders: { Origin: 'https://app.example' } });
    await connectSocket(app.url, caller.access, { extraHeaders: { Origin: app.url } });
  });

  test('to another namespace is refused', async () => {
    expect(await reasonOf(app.url, admin.access, { namespace: '/admin' })).toBe('Invalid namespace');
  });
});

describe('a notification', () => {
  test('of a real event reaches its user, in both namespaces, and nobody else', async () => {
    const [user, other] = [await app.createCaller('guest'), await app.createCaller('guest')];
    const socket = await connectSocket(app.url, user.access);
    const second = await connectSocket(app.url, user.access, { namespace: '/' });
    const stranger = await connectSocket(app.url, other.access);
    const overheard: unknown[] = [];
    stranger.onAny((...args) => overheard.push(args));
    const arrived = Promise.all([nextEvent(socket, 'notification'), nextEvent(second, 'notification')]);
    await giveRole(user);
    const [notification, copy] = await arrived;
    expect(notification).toMatchObject({
      id: expect.any(String),
      notification_type: 'system_updates',
      title: 'Role Updated',
      message: 'admin Tester gave you the role Viewer.',
      priority: 'medium',
      created_at: expect.any(String),
      timestamp: expect.any(String),
      unread_count: 1,
    });
    expect(copy).toEqual(notification);
    expect(overheard).toEqual([]);
    const { body } = await user.get('/notifications/').expect(200);
    expect(body.results[0].id).toBe((notification as { id: string }).id);
    await other.get(`/notifications/${body.results[0].id}/`).expect(404);
  });

  test('reaches its user’s connection to another process', async () => {
    const user = await app.createCaller('guest');
    const socket = await connectSocket(twin.url, user.access);
    const arrived = nextEvent<{ title: string }>(socket, 'notification');
    await giveRole(user);
    expect((await arrived).title).toBe('Role Updated');
  });
});

describe('the end of a session', () => {
  const ends: [string, (user: Caller) => PromiseLike<unknown>][] = [
    ['signing out', (user) => user.post('/auth/logout/').expect(200)],
    ['suspension', (user) => admin.post(`/users/${user.id}/suspend/`).expect(200)],
    ['suspension through another process', (user) => suspendThere(user)],
  ];
  test.each(ends)('by %s closes every connection within a second', async (_how, end) => {
    const user = await app.createCaller('viewer');
    const bystander = await connectSocket(app.url, (await app.createCaller('viewer')).access);
    const sockets = [
      await connectSocket(app.url, user.access),
      await connectSocket(app.url, user.access, { namespace: '/' }),
      await connectSocket(twin.url, user.access),
    ];
    const closed = Promise.all(sockets.map((socket) => nextEvent(socket, 'disconnect', 1000)));
    await end(user);
    await closed;
    expect(bystander.connected).toBe(true);
  });

  test('that no notice told of is found out when the notices come back', async () => {
    const [user, other] = [await app.createCaller('viewer'), await app.createCaller('viewer')];
    const socket = await connectSocket(app.url, user.access);
    const still = await connectSocket(app.url, other.access);
    const closed = nextEvent(socket, 'disconnect', 3000);
    await app.system.database.query('UPDATE sessions SET ended_at = now() WHERE id = $1', [user.session_id]);
    await app.system.database.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mycrm-test-notices'",
    );
    await closed;
    expect(still.connected).toBe(true);
  });

  function suspendThere(user: Caller) {
    return requestsWith(twin.url, admin.access).post(`/users/${user.id}/suspend/`).expect(200);
  }
});

describe('the end of a token', () => {
  let hasty: ApiServer;
  let url: string;
  beforeAll(async () => {
    hasty = await startServer(app.system, { host: '127.0.0.1', port: 0, queue: app.queue, socketGraceMs: 300 });
    url = `http://127.0.0.1:${hasty.port}`;
  });
  afterAll(() => hasty.stop());

  test('closes the connection when no new one comes in time', async () => {
    const user = await app.createCaller('viewer');
    const socket = await connectSocket(url, accessToken(user, 1));
    const start = Date.now();
    await nextEvent(socket, 'disconnect', 3000);
    expect(Date.now() - start).toBeGreaterThan(250);
  });

  test('does not when `authenticate` brings a new one of the same user', async () => {
    const user = await app.createCaller('viewer');
    const other = await app.createCaller('viewer');
    const socket = await connectSocket(url, accessToken(user, 1));
    const refused = { ok: false, error: expect.any(String) };
    expect(await socket.emitWithAck('authenticate', { token: other.access })).toEqual(refused);
    expect(await socket.emitWithAck('authenticate', { token: 'nonsense' })).toMatchObject({ error: 'token_invalid' });
    expect(await socket.emitWithAck('authenticate', {})).toEqual(refused);
    expect(await socket.emitWithAck('authenticate', { token: user.access })).toEqual({ ok: true });
    await new Promise((resolve) => setTimeout(resolve, 1600));
    expect(socket.connected).toBe(true);
  });
});

describe('bad frames', () => {
  test('are answered with an error, and the server stands', async () => {
    const { access } = await app.createCaller('viewer');
    const socket = await connectSocket(app.url, access);
    expect(await socket.emitWithAck('ping')).toMatchObject({ ok: true, type: 'pong' });
    expect(await socket.emitWithAck('subscribe_all', {})).toEqual({ ok: false, error: 'Unknown event subscribe_all.' });
    expect(await socket.emitWithAck('__proto__', null)).toMatchObject({ ok: false });
    const problem = nextEvent(socket, 'problem');
    socket.emit('toString', { constructor: { prototype: {} } });
    expect(await problem).toMatchObject({ ok: false });
  });

  test('over 16 KiB end the connection', async () => {
    const { access } = await app.createCaller('viewer');
    const socket = await connectSocket(app.url, access);
    const closed = nextEvent(socket, 'disconnect');
    socket.emit('ping', 'x'.repeat(20_000));
    await closed;
  });

  test('in a flood end the connection', async () => {
    const { access } = await app.createCaller('viewer');
    const socket = await connectSocket(app.url, access);
    const closed = nextEvent(socket, 'disconnect');
    for (let count = 0; count < 60; count += 1) socket.emit('ping');
    await closed;
  });

  test.each([
    ['no packet', 'garbage'],
    ['a packet of no type', '4'],
    ['broken JSON', '42/notifications,["ping"'],
    ['a reserved event', '42/notifications,["disconnecting"]'],
    ['an event that is an object', '42/notifications,[{}]'],
    ['an ack of nothing', '43/notifications,99[]'],
    ['attachments that never come', '4511111111-/notifications,["x"]'],
    ['a second connect', '40/notifications,{"token":"x"}'],
    ['deep nesting', `42/notifications,["ping",${'['.repeat(5000)}${']'.repeat(5000)}]`],
  ])('like %s crash nothing', async (_what, frame) => {
    const { access } = await app.createCaller('viewer');
    const socket = await connectSocket(app.url, access);
    (socket.io.engine.transport as unknown as { ws: WebSocket }).ws.send(frame);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await connectSocket(app.url, access);
    expect(await again.emitWithAck('ping')).toMatchObject({ ok: true });
  });
});

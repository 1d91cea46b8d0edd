import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRealtimeEmitter } from '../../src/core/realtime-emitter.ts';
import { openTestApp, type TestApp } from '../support/app.ts';
import { closeSockets, connectSocket, nextEvent } from '../support/socket.ts';

let app: TestApp;
beforeAll(async () => {
  app = await openTestApp();
});
afterAll(async () => {
  closeSockets();
  await app.close();
});

test.each([10, 20_000])(
  'what a process without sockets emits reaches its user and nobody else: %i letters',
  async (length) => {
    const [me, other] = [await app.createCaller('sales_rep'), await app.createCaller('sales_rep')];
    const emitter = createRealtimeEmitter({ ...app.system, pool: app.system.database.pool });
    const sockets = [
      await connectSocket(app.url, me.access),
      await connectSocket(app.url, me.access, { namespace: '/' }),
    ];
    const foreign = await connectSocket(app.url, other.access);
    const heard: unknown[] = [];
    foreign.onAny((...event) => heard.push(event));
    const payload = { title: 'Ünicode', message: 'x'.repeat(length), at: null };
    const next = Promise.all(sockets.map((socket) => nextEvent(socket, 'notification')));
    emitter.emitToUser(me.id, 'notification', payload);
    expect(await next).toEqual(Array(2).fill({ ...payload, timestamp: expect.any(String) }));
    expect(heard).toEqual([]);
    await emitter.close();
  },
);

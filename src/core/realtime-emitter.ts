import { Emitter } from '@socket.io/postgres-emitter';
import type pg from 'pg';
import { type Realtime, SOCKET_CHANNEL, SOCKET_NAMESPACES, SOCKET_TABLE } from './realtime.ts';

/** All that a reaction may do to sockets: reach a user's connections, wherever they are. */
export type RealtimeEmitter = Pick<Realtime, 'emitToUser'>;

/** For a process that listens for no sockets of its own: what it emits is sent by those that do. */
export function createRealtimeEmitter(pool: pg.Pool): RealtimeEmitter {
  const emitters = SOCKET_NAMESPACES.map(
    (namespace) => new Emitter(pool, namespace, { channelPrefix: SOCKET_CHANNEL, tableName: SOCKET_TABLE }),
  );
  return {
    emitToUser(userId, event, payload) {
      const stamped = { ...payload, timestamp: new Date().toISOString() };
      for (const emitter of emitters) emitter.to(`user:${userId}`).emit(event, stamped);
    },
  };
}

import { Server } from 'socket.io';
import type { Realtime } from './realtime.ts';
import { type ClusterOptions, emitToUser, joinCluster } from './realtime-cluster.ts';

/** All that a reaction may do to sockets: reach a user's connections, wherever they are. */
export type RealtimeEmitter = Pick<Realtime, 'emitToUser'>;

/** That of a process which serves no sockets. */
export interface ProcessEmitter extends RealtimeEmitter {
  close(): Promise<void>;
}

/**
 * For a process that has no sockets of its own: what it emits is sent by those that do. It joins them with the same
 * adapter; @socket.io/postgres-emitter sends messages that the adapter since 0.5 no longer understands.
 */
export function createRealtimeEmitter(options: ClusterOptions): ProcessEmitter {
  const io = new Server();
  const namespaces = joinCluster(io, options);
  return {
    emitToUser: (userId, event, payload) => emitToUser(namespaces, userId, event, payload),
    async close() {
      for (const namespace of namespaces) await namespace.adapter.close();
    },
  };
}

import { createAdapter } from '@socket.io/postgres-adapter';
import type pg from 'pg';
import type { Namespace, Server } from 'socket.io';
import { createListeningPool } from './listening-pool.ts';
import type { Logger } from './logger.ts';

/** The default namespace and the named one serve alike. */
const NAMESPACES = ['/', '/notifications'];

export interface ClusterOptions {
  pool: pg.Pool;
  /** Where a connection of its own listens to the other processes. */
  databaseUrl: string;
  logger: Logger;
}

/** Makes `io` one of the processes that reach one another's sockets. Answers the namespaces that clients connect to. */
export function joinCluster(io: Server, { pool, databaseUrl, logger }: ClusterOptions): Namespace[] {
  const listeningPool = createListeningPool({ pool, url: databaseUrl, applicationName: 'mycrm-sockets', logger });
  io.adapter(
    createAdapter(listeningPool, {
      tableName: 'socket_attachments',
      channelPrefix: 'mycrm_socket',
      errorHandler: (error) => logger.warn({ err: error }, 'socket adapter failed'),
    }),
  );
  return NAMESPACES.map((name) => io.of(name));
}

/** Sends an event to every connection of a user, in whichever process it is. */
export function emitToUser(namespaces: readonly Namespace[], userId: string, event: string, payload: object): void {
  const stamped = { ...payload, timestamp: new Date().toISOString() };
  for (const namespace of namespaces) namespace.to(`user:${userId}`).emit(event, stamped);
}

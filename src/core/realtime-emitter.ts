import { encode } from '@msgpack/msgpack';
import type pg from 'pg';
import { type Realtime, SOCKET_CHANNEL, SOCKET_NAMESPACES, SOCKET_TABLE } from './realtime.ts';

/** All that a reaction may do to sockets: reach a user's connections, wherever they are. */
export type RealtimeEmitter = Pick<Realtime, 'emitToUser'>;

// As the adapter 0.5 numbers them. Its own emitter, 0.1, does not name the namespace, and is heard by nobody.
const BROADCAST = 3;
const EVENT = 2;
const MAX_NOTICE_BYTES = 7900;

/**
 * For a process that listens for no sockets of its own: what it emits is sent by those that do. `onError` is told of
 * what could not be sent; the notification itself is kept all the same.
 */
export function createRealtimeEmitter(pool: pg.Pool, onError: (error: unknown) => void): RealtimeEmitter {
  return {
    emitToUser(userId, event, payload) {
      const stamped = { ...payload, timestamp: new Date().toISOString() };
      for (const nsp of SOCKET_NAMESPACES) {
        const packet = { type: EVENT, data: [event, stamped], nsp };
        const opts = { rooms: [`user:${userId}`], except: [], flags: {} };
        publish(pool, { uid: 'emitter', nsp, type: BROADCAST, data: { packet, opts } }).catch(onError);
      }
    },
  };
}

interface Message {
  uid: string;
  nsp: string;
  type: number;
  data: unknown;
}

/** What is too long for a NOTIFY is left in the adapter's table. */
async function publish(pool: pg.Pool, message: Message): Promise<void> {
  let text = JSON.stringify(message);
  if (Buffer.byteLength(text) > MAX_NOTICE_BYTES) {
    const { data: _, ...head } = message;
    const { rows } = await pool.query(`INSERT INTO ${SOCKET_TABLE} (payload) VALUES ($1) RETURNING id`, [
      Buffer.from(encode(message)),
    ]);
    text = JSON.stringify({ ...head, attachmentId: String(rows[0].id) });
  }
  await pool.query('SELECT pg_notify($1, $2)', [`${SOCKET_CHANNEL}#${message.nsp}`, text]);
}

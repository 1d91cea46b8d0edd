import type { Server as HttpServer } from 'node:http';
import { createAdapter } from '@socket.io/postgres-adapter';
import type pg from 'pg';
import { type Namespace, Server, type Socket } from 'socket.io';
import type { Logger } from './logger.ts';

/** Who stands behind a socket. */
export interface SocketIdentity {
  user_id: string;
  session_id: string;
  /** When the access token ends, in milliseconds since the epoch. */
  expires_at: number;
}

/** Sends events to the connections of a user, in whichever process they are. */
export interface Realtime {
  emitToUser(userId: string, event: string, payload: Record<string, unknown>): void;
  /** Closes the connections of a session or user in this process; every process hears of a revocation itself. */
  disconnect(choice: { user_id?: string; session_id?: string }): void;
  /** Checks every open connection again, after notices may have been missed. */
  recheck(): Promise<void>;
  countConnections(): number;
  close(): Promise<void>;
}

export interface RealtimeOptions {
  server: HttpServer;
  pool: pg.Pool;
  origins: string[];
  logger: Logger;
  /** Rejects with an Error whose message the client is shown. */
  identify: (token: string) => Promise<SocketIdentity>;
}

const MAX_FRAME_BYTES = 16 * 1024;
const REAUTHENTICATE_MS = 30_000;
const NAMESPACE = '/notifications';

interface SocketData {
  identity: SocketIdentity;
  expiry: NodeJS.Timeout;
}

type AppSocket = Socket<Record<string, never>, Record<string, never>, Record<string, never>, SocketData>;

/** Socket.IO on the API's own port, on the namespace /notifications and the default one alike. */
export function openRealtime(options: RealtimeOptions): Realtime {
  const { logger, identify } = options;
  const io = new Server(options.server, {
    path: '/socket.io/',
    serveClient: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    cors: { origin: options.origins, credentials: false },
    // A browser page of another site cannot read our answers, but WebSockets are not bound by CORS.
    allowRequest: (request, done) =>
      done(null, isOriginAllowed(request.headers.origin, options.origins, request.headers.host)),
  });
  io.adapter(
    createAdapter(options.pool, {
      tableName: 'socket_attachments',
      channelPrefix: 'mycrm_socket',
      errorHandler: (error) => logger.warn({ err: error }, 'socket adapter failed'),
    }),
  );
  const namespaces: Namespace[] = [io.of('/'), io.of(NAMESPACE)];
  for (const namespace of namespaces) {
    namespace.use((socket, next) => {
      admit(socket as AppSocket, identify).then(() => next(), next);
    });
    namespace.on('connection', (socket) => serveSocket(socket as AppSocket, identify, logger));
  }
  const sockets = () => namespaces.flatMap((namespace) => [...namespace.sockets.values()]) as AppSocket[];

  return {
    emitToUser(userId, event, payload) {
      for (const namespace of namespaces)
        namespace.to(`user:${userId}`).emit(event, { ...payload, timestamp: new Date().toISOString() });
    },
    disconnect({ user_id, session_id }) {
      for (const socket of sockets()) {
        const { identity } = socket.data;
        if (identity.user_id === user_id || identity.session_id === session_id) socket.disconnect(true);
      }
    },
    async recheck() {
      for (const socket of sockets()) {
        const token = readToken(socket);
        await identify(token).catch((error: Error) => {
          if (error.message !== 'token_expired') socket.disconnect(true);
        });
      }
    },
    countConnections: () => sockets().length,
    close: () => io.close(),
  };
}

function isOriginAllowed(origin: string | undefined, allowed: string[], host: string | undefined): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function readToken(socket: AppSocket): string {
  const given = socket.handshake.auth.token ?? socket.handshake.query.token;
  return typeof given === 'string' ? given.replace(/^Bearer /, '') : '';
}

async function admit(socket: AppSocket, identify: RealtimeOptions['identify']): Promise<void> {
  const token = readToken(socket);
  if (!token) throw new Error('not_authenticated');
  setIdentity(socket, await identify(token));
  await socket.join(`user:${socket.data.identity.user_id}`);
}

function setIdentity(socket: AppSocket, identity: SocketIdentity): void {
  clearTimeout(socket.data.expiry);
  socket.data.identity = identity;
  // The client has 30 s after the end of its token to send a new one.
  const untilEnd = Math.max(0, identity.expires_at - Date.now()) + REAUTHENTICATE_MS;
  socket.data.expiry = setTimeout(() => socket.disconnect(true), untilEnd).unref();
}

type Acknowledge = (answer: Record<string, unknown>) => void;

function serveSocket(socket: AppSocket, identify: RealtimeOptions['identify'], logger: Logger): void {
  socket.on('disconnect', () => clearTimeout(socket.data.expiry));
  socket.on('error', (error: Error) => logger.debug({ err: error }, 'socket error'));
  socket.onAny((event: string, ...args: unknown[]) => {
    const last = args.at(-1);
    const acknowledge: Acknowledge =
      typeof last === 'function' ? (last as Acknowledge) : (answer) => void (socket as Socket).emit('problem', answer);
    answerEvent(socket, identify, event, args[0]).then(acknowledge, (error: Error) =>
      acknowledge({ ok: false, error: error.message }),
    );
  });
}

async function answerEvent(
  socket: AppSocket,
  identify: RealtimeOptions['identify'],
  event: string,
  payload: unknown,
): Promise<Record<string, unknown>> {
  if (event === 'ping') return { ok: true, type: 'pong', timestamp: new Date().toISOString() };
  if (event !== 'authenticate') throw new Error(`Unknown event ${String(event).slice(0, 80)}.`);
  const token = payload !== null && typeof payload === 'object' && 'token' in payload ? payload.token : undefined;
  if (typeof token !== 'string') throw new Error('token: This field is required.');
  const identity = await identify(token);
  if (identity.user_id !== socket.data.identity.user_id) throw new Error('token: This is the token of another user.');
  setIdentity(socket, identity);
  return { ok: true };
}

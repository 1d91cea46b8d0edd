import type { Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { type ClusterOptions, emitToUser, joinCluster } from './realtime-cluster.ts';

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

export interface RealtimeOptions extends ClusterOptions {
  server: HttpServer;
  origins: readonly string[];
  /** Rejects with an Error whose message the client is shown. */
  identify: (token: string) => Promise<SocketIdentity>;
  /** Whether the session still stands and its user may sign in. */
  isAlive: (sessionId: string) => Promise<boolean>;
  /** How long after the end of its token a client may send a new one, in milliseconds; 30,000 unless told. */
  graceMs?: number;
}

const MAX_FRAME_BYTES = 16 * 1024;
const REAUTHENTICATE_MS = 30_000;
const JOIN_MS = 10_000;
/** Frames that one connection may send in ten seconds. */
const MAX_FRAMES = 50;
const FRAME_WINDOW_MS = 10_000;

interface SocketData {
  identity: SocketIdentity;
  expiry: NodeJS.Timeout;
  frames: { count: number; since: number };
}

type AppSocket = Socket<Record<string, never>, Record<string, never>, Record<string, never>, SocketData>;

/** Socket.IO on the API's own port, on the namespace /notifications and the default one alike. */
export function openRealtime(options: RealtimeOptions): Realtime {
  const io = new Server(options.server, {
    path: '/socket.io/',
    serveClient: false,
    maxHttpBufferSize: MAX_FRAME_BYTES,
    // Who opens a connection and does not sign in on it is not kept waiting for.
    connectTimeout: JOIN_MS,
    cors: { origin: [...options.origins], credentials: false },
    // A browser page of another site cannot read our answers, but WebSockets are not bound by CORS.
    allowRequest: (request, done) =>
      done(null, isOriginAllowed(request.headers.origin, options.origins, request.headers.host)),
  });
  const namespaces = joinCluster(io, options);
  for (const namespace of namespaces) {
    namespace.use((socket, next) => {
      admit(socket as AppSocket, options).then(() => next(), next);
    });
    namespace.on('connection', (socket) => serveSocket(socket as AppSocket, options));
  }
  const sockets = () => namespaces.flatMap((namespace) => [...namespace.sockets.values()]) as AppSocket[];

  return {
    emitToUser: (userId, event, payload) => emitToUser(namespaces, userId, event, payload),
    disconnect({ user_id, session_id }) {
      for (const socket of sockets()) {
        const { identity } = socket.data;
        if (identity.user_id === user_id || identity.session_id === session_id) socket.disconnect(true);
      }
    },
    async recheck() {
      for (const socket of sockets()) {
        await endIfRevoked(socket, options);
      }
    },
    countConnections: () => sockets().length,
    close: () => io.close(),
  };
}

function isOriginAllowed(origin: string | undefined, allowed: readonly string[], host: string | undefined): boolean {
  if (origin === undefined || allowed.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === host;
}

function readToken(socket: AppSocket): string {
  const given = socket.handshake.auth.token ?? socket.handshake.query.token;
  return typeof given === 'string' ? given.replace(/^Bearer /, '') : '';
}

async function admit(socket: AppSocket, options: RealtimeOptions): Promise<void> {
  const token = readToken(socket);
  if (!token) throw new Error('not_authenticated');
  setIdentity(socket, await options.identify(token), options);
  await socket.join(`user:${socket.data.identity.user_id}`);
}

function setIdentity(socket: AppSocket, identity: SocketIdentity, options: RealtimeOptions): void {
  clearTimeout(socket.data.expiry);
  socket.data.identity = identity;
  const untilEnd = Math.max(0, identity.expires_at - Date.now()) + (options.graceMs ?? REAUTHENTICATE_MS);
  socket.data.expiry = setTimeout(() => socket.disconnect(true), untilEnd).unref();
}

/** An unanswered question ends nothing: it is asked again when the database is back. */
async function endIfRevoked(socket: AppSocket, options: RealtimeOptions): Promise<void> {
  const isAlive = await options.isAlive(socket.data.identity.session_id).catch(() => true);
  if (!isAlive) socket.disconnect(true);
}

type Acknowledge = (answer: Record<string, unknown>) => void;

function serveSocket(socket: AppSocket, options: RealtimeOptions): void {
  const { logger } = options;
  socket.data.frames = { count: 0, since: Date.now() };
  // The session may have ended between the check of the token and now, when a revocation finds this socket.
  void endIfRevoked(socket, options);
  socket.on('disconnect', () => clearTimeout(socket.data.expiry));
  socket.on('error', (error: Error) => logger.debug({ err: error }, 'socket error'));
  socket.onAny((event: string, ...args: unknown[]) => {
    if (isFlooding(socket.data.frames)) {
      socket.disconnect(true);
      return;
    }
    const last = args.at(-1);
    const acknowledge: Acknowledge =
      typeof last === 'function' ? (last as Acknowledge) : (answer) => void (socket as Socket).emit('problem', answer);
    answerEvent(socket, options, event, args[0]).then(acknowledge, (error: Error) =>
      acknowledge({ ok: false, error: error.message }),
    );
  });
}

function isFlooding(frames: SocketData['frames']): boolean {
  const now = Date.now();
  if (now - frames.since > FRAME_WINDOW_MS) Object.assign(frames, { count: 0, since: now });
  frames.count += 1;
  return frames.count > MAX_FRAMES;
}

async function answerEvent(
  socket: AppSocket,
  options: RealtimeOptions,
  event: string,
  payload: unknown,
): Promise<Record<string, unknown>> {
  if (event === 'ping') return { ok: true, type: 'pong', timestamp: new Date().toISOString() };
  if (event !== 'authenticate') throw new Error(`Unknown event ${String(event).slice(0, 80)}.`);
  const token = payload !== null && typeof payload === 'object' && 'token' in payload ? payload.token : undefined;
  if (typeof token !== 'string') throw new Error('token: This field is required.');
  const identity = await options.identify(token);
  if (identity.user_id !== socket.data.identity.user_id) throw new Error('token: This is the token of another user.');
  setIdentity(socket, identity, options);
  return { ok: true };
}

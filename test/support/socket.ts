import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';

const WAIT_MS = 2000;

/** A client on `namespace`, closed by {@link closeSockets}. */
export function openSocket(
  url: string,
  token: string | undefined,
  options: Partial<ManagerOptions & SocketOptions> & { namespace?: string } = {},
): Socket {
  const { namespace = '/notifications', ...rest } = options;
  const socket = io(`${url}${namespace}`, {
    auth: token === undefined ? {} : { token },
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...rest,
  });
  opened.add(socket);
  return socket;
}

const opened = new Set<Socket>();

export function closeSockets(): void {
  for (const socket of opened) socket.close();
  opened.clear();
}

/** The first argument of the next `event`. Rejects after two seconds without one. */
export function nextEvent<T = unknown>(socket: Socket, event: string, waitMs = WAIT_MS): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = setTimeout(() => reject(new Error(`No ${event} within ${waitMs} ms.`)), waitMs);
    socket.once(event, (value: T) => {
      clearTimeout(giveUp);
      resolve(value);
    });
  });
}

/** Connects and waits until the server has let the client in. */
export async function connectSocket(...args: Parameters<typeof openSocket>): Promise<Socket> {
  const socket = openSocket(...args);
  await nextEvent(socket, 'connect');
  return socket;
}

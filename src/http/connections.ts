import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a connection owes: answers to requests, in the order in which these came. */
const owed = new WeakMap<Socket, ServerResponse[]>();
const connections = new WeakMap<Server, Set<Socket>>();

/** Remembers which answers the connections of a server wait for. */
export function rememberAnswers(server: Server): void {
  const open = new Set<Socket>();
  connections.set(server, open);
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      setImmediate(closeAnswers, socket);
    });
  });
  // Before whoever answers, perhaps at once.
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    const queue = owed.get(socket) ?? owe(socket);
    queue.push(response);
    response.once('close', () => queue.splice(queue.indexOf(response), 1));
  });
}

function owe(socket: Socket): ServerResponse[] {
  const queue: ServerResponse[] = [];
  owed.set(socket, queue);
  return queue;
}

/** Node forgets the answers that waited behind another one: whoever listens must know of their end. */
function closeAnswers(socket: Socket): void {
  for (const response of [...(owed.get(socket) ?? [])]) response.emit('close');
}

const slow = new WeakSet<Socket>();

/** Has a connection keep the time that its request takes, until the answer is over. */
export function whileSlow(socket: Socket, response: ServerResponse): void {
  slow.add(socket);
  response.once('close', () => slow.delete(socket));
}

/** Whether a connection's request may take any time, as long as something comes. */
export function isSlow(socket: Socket): boolean {
  return slow.has(socket);
}

/** The answer to a request. */
export function answerTo(request: IncomingMessage): ServerResponse | undefined {
  return owed.get(request.socket)?.find(({ req }) => req === request);
}

/** The last answer that a connection owes to a request that came whole. */
export function lastOwed(socket: Socket): ServerResponse | undefined {
  return owed.get(socket)?.findLast(({ req }) => req.complete);
}

/**
 * Waits for a time, or until there are no connections. Meanwhile every answer ends its connection, so
 * that none in use is closed under a request.
 */
export async function untilUnused(server: Server, atMostMs: number): Promise<void> {
  const started = performance.now();
  while (connections.get(server)?.size && performance.now() - started < atMostMs) {
    await sleep(LOOK_MS);
  }
}

/** How often connections are looked at while the service stops. */
const LOOK_MS = 200;
/** How long an upload may go on, or an answer be read, once the service stops. */
const PATIENCE_MS = 2_000;

/**
 * Ends what keeps a server from closing: soon the connections that can get no answer any more, of
 * unfinished requests and of answers that nobody reads, and after a time all. Returns what ends this.
 */
export function endConnections(server: Server, cutAfterMs: number): () => void {
  const started = performance.now();
  const timer = setInterval(() => {
    server.closeIdleConnections();
    const age = performance.now() - started;
    if (age >= cutAfterMs) server.closeAllConnections();
    if (age < PATIENCE_MS) return;
    for (const socket of connections.get(server) ?? []) {
      const waits = owed
        .get(socket)
        ?.some(({ req, writableEnded }) => req.complete && !writableEnded);
      if (!waits) socket.destroy();
    }
  }, LOOK_MS);
  return () => clearInterval(timer);
}

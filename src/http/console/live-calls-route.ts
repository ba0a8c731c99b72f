import type { FastifyInstance } from 'fastify';
import type { Identity } from '../../access/identity.ts';
import type { LiveCall, LiveCalls } from '../../tools/live-calls.ts';

/** Where calls are told of as they end. */
export interface LiveCallsRoute {
  readonly live: LiveCalls;
  /** Whether somebody may know of another's calls. */
  mayWatch(watcher: Identity | undefined, of: Identity | undefined): boolean;
}

const HEARTBEAT_MS = 15_000;
/** What waits for a reader at most: one who is slower misses calls, and is told so. */
const MOST_WAITING = 1_048_576;
const MOST_WATCHERS = 32;

/** `GET /console/calls`: the last calls and those to come, as server-sent events. */
export function addLiveCallsRoute(app: FastifyInstance, { live, mayWatch }: LiveCallsRoute): void {
  const endings = new Set<() => void>();
  // A stream has no end of its own, and would keep the service from draining.
  app.addHook('preClose', (done) => {
    for (const end of endings) end();
    done();
  });
  app.get('/console/calls', (request, reply) => {
    const { raw } = reply.hijack();
    const headers = { ...reply.getHeaders(), 'content-type': 'text/event-stream' };
    raw.writeHead(endings.size < MOST_WATCHERS ? 200 : 503, {
      ...(headers as Record<string, string>),
      'cache-control': 'no-store',
    });
    if (endings.size >= MOST_WATCHERS) {
      raw.end();
      return;
    }
    raw.flushHeaders();
    let missed = 0;
    const tell = (call: LiveCall) => {
      if (raw.writableLength > MOST_WAITING) missed++;
      else raw.write(event(missed > 0 ? { ...call, missed } : call));
      if (raw.writableLength <= MOST_WAITING) missed = 0;
    };
    const { identity } = request.principal;
    const stop = live.watch(tell, (of) => mayWatch(identity, of));
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS);
    const end = () => {
      clearInterval(heartbeat);
      stop();
      endings.delete(end);
      raw.end();
    };
    endings.add(end);
    raw.on('close', end);
  });
}

function event(call: object): string {
  return `data: ${JSON.stringify(call)}\n\n`;
}

import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Identity } from '../../access/identity.ts';
import { ServiceError } from '../../errors.ts';
import type { LiveCall, LiveCalls } from '../../tools/live-calls.ts';

/** Where calls are told of as they end. */
export interface LiveCallsRoute {
  readonly live: LiveCalls;
  /** Whether somebody may know of another's calls. */
  mayWatch(watcher: Identity | undefined, of: Identity | undefined): boolean;
}

const HEARTBEAT_MS = 15_000;
/** What waits for a reader at most: one who is slower misses calls, and is told so. */
const MOST_WAITING = 524_288;
/** Streams at once, in all and of one caller, so that none keeps others from watching. */
const MOST_WATCHERS = { inAll: 64, ofOne: 8 };
/** Then whoever watches comes again, and is asked for a key again: it may not be good any more. */
const LIFETIME_MS = 300_000;

/** `GET /console/calls`: the last calls and those to come, as server-sent events. */
export function addLiveCallsRoute(app: FastifyInstance, { live, mayWatch }: LiveCallsRoute): void {
  const endings = new Map<() => void, string>();
  // A stream has no end of its own, and would keep the service from draining.
  app.addHook('preClose', (done) => {
    for (const end of endings.keys()) end();
    done();
  });
  app.get('/console/calls', (request, reply) => {
    const { identity, share } = request.principal;
    refuseMore([...endings.values()], share);
    reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store');
    const { raw } = reply.hijack();
    raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders);
    raw.flushHeaders();
    let missed = 0;
    const tell = (call: LiveCall) => {
      if (raw.writableLength > MOST_WAITING) missed++;
      else raw.write(event(missed > 0 ? { ...call, missed } : call));
      if (raw.writableLength <= MOST_WAITING) missed = 0;
    };
    const stop = live.watch(tell, (of) => mayWatch(identity, of));
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT_MS);
    const lifetime = setTimeout(() => end(), LIFETIME_MS);
    const end = () => {
      clearInterval(heartbeat);
      clearTimeout(lifetime);
      stop();
      endings.delete(end);
      raw.end();
    };
    endings.set(end, share);
    raw.on('close', end);
  });
}

/** Refuses one stream more than there may be. */
function refuseMore(sharesOfWatchers: string[], share: string): void {
  const own = sharesOfWatchers.filter((each) => each === share).length;
  if (own >= MOST_WATCHERS.ofOne) {
    throw new ServiceError('Overloaded', `You watch calls ${own} times already; close some.`);
  }
  if (sharesOfWatchers.length >= MOST_WATCHERS.inAll) {
    throw new ServiceError('Overloaded', 'Too many watch the calls of this service; try later.');
  }
}

function event(call: object): string {
  return `data: ${JSON.stringify(call)}\n\n`;
}

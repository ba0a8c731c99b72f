import type { JsonObject } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { headers } from '../service.ts';

/** A call that somebody made, as the service tells of it. */
export interface LiveCall {
  id: number;
  at: string;
  tool: string;
  effect: string;
  table: string;
  index?: string;
  transport?: string;
  client?: string;
  principal: string;
  role?: string;
  keys?: string[];
  status: number;
  code?: string;
  items?: number;
  capacity: number;
  duration_ms: number;
  input?: JsonObject;
}

const AGAIN_MS = 2_000;

/** Tells of calls as they end, until the signal aborts; a lost connection is made again. */
export async function watchCalls(
  told: (call: LiveCall) => void,
  connected: (is: boolean) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = 0;
  while (!signal.aborted) {
    try {
      const reply = await fetch('/console/calls', { headers: headers(), signal });
      if (!reply.ok || !reply.body) throw new Error(String(reply.status));
      connected(true);
      for await (const call of callsIn(reply.body)) {
        // After a restart of the service numbers begin anew.
        if (call.id > last || call.id === 1) told(call);
        last = call.id;
      }
    } catch {
      // Whatever ended it, it is tried again.
    }
    connected(false);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** The calls that a stream of events tells of. */
async function* callsIn(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveCall> {
  for await (const line of linesOf(body)) {
    if (line.startsWith('data: ')) yield JSON.parse(line.slice('data: '.length));
  }
}

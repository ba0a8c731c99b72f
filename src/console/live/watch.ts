import type { JsonObject } from '../../json/parse.ts';
import { linesOf } from '../lines.ts';
import { ask, ServiceFailure } from '../service.ts';

/** A call that somebody made, as the service tells of it. */
export interface LiveCall {
  id: number;
  request_id: string;
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
  capacity?: number;
  duration_ms: number;
  input?: JsonObject;
  /** How many calls before it were missed, where they came too fast. */
  missed?: number;
}

/** Whether calls are watched now, or why they are not. */
export type Watching = 'connecting' | 'watching' | ServiceFailure;

const AGAIN_MS = 2_000;

/** Tells of calls as they end, until the signal aborts; a lost connection is made again. */
export async function watchCalls(
  told: (call: LiveCall) => void,
  isNow: (watching: Watching) => void,
  signal: AbortSignal,
): Promise<void> {
  let last = { at: '', id: 0 };
  while (!signal.aborted) {
    try {
      const reply = await ask('/console/calls', { signal });
      isNow('watching');
      for await (const line of linesOf(reply)) {
        if (!line.startsWith(DATA)) continue;
        const call: LiveCall = JSON.parse(line.slice(DATA.length));
        // What was told before a connection was lost is told again by the next one.
        if (call.at > last.at || (call.at === last.at && call.id > last.id)) told(call);
        last = call;
      }
      isNow('connecting');
    } catch (error) {
      if (error instanceof ServiceFailure) isNow(error);
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

const DATA = 'data: ';

import type { AuditedCall } from '../access/audit/call-record.ts';
import type { Identity } from '../access/identity.ts';
import { isJsonObject, type JsonObject } from '../json/parse.ts';

/** A call that is over, as somebody who watches is told of it. */
export interface LiveCall {
  readonly id: number;
  readonly request_id: string;
  /** When it ended, in ISO 8601. */
  readonly at: string;
  readonly tool: string;
  readonly effect: string;
  readonly table: string;
  readonly index: string | undefined;
  readonly transport: string | undefined;
  readonly client: string | undefined;
  readonly principal: string;
  readonly role: string | undefined;
  /** As the audit tells them; undefined where it tells none. */
  readonly keys: readonly string[] | undefined;
  readonly status: number;
  readonly code: string | undefined;
  readonly items: number | undefined;
  /** Undefined where it would tell of what the caller may not see. */
  readonly capacity: number | undefined;
  readonly duration_ms: number;
  /** What was asked for, where it is short; undefined where a policy may keep it from who watches. */
  readonly input: JsonObject | undefined;
}

/** What is not in the record of a call. */
export interface CallInput {
  readonly principal: string;
  readonly input: unknown;
  /** Whether a policy keeps from the caller what it cost. */
  readonly hidesCosts: boolean | undefined;
}

/** Calls as they end, for those who watch. */
export interface LiveCalls {
  record(call: AuditedCall, asked: CallInput): void;
  /** Tells of the last calls, and of those to come; returns what ends it. */
  watch(told: (call: LiveCall) => void, mayKnow: (of: Identity | undefined) => boolean): () => void;
}

const MOST_KEPT = 100;
/** Characters of its names and texts, and levels, that an input has at most. */
const LONGEST_INPUT = 2_048;
const DEEPEST = 16;

interface Kept {
  readonly call: LiveCall;
  readonly identity: Identity | undefined;
}

/** Without a watcher no more is kept than a short ring of calls. */
export function createLiveCalls(
  tellKey: () => ((key: string) => string) | undefined,
  showsInputs: boolean,
): LiveCalls {
  const kept: Kept[] = [];
  const watchers = new Set<(next: Kept) => void>();
  let id = 0;
  return {
    record: (call, asked) => {
      const tell = tellKey();
      const next: Kept = {
        identity: call.identity,
        call: {
          id: ++id,
          request_id: call.requestId,
          at: new Date().toISOString(),
          tool: call.tool,
          effect: call.effect,
          table: call.table,
          index: call.index,
          transport: call.origin?.transport,
          client: call.origin?.client,
          principal: asked.principal,
          role: call.role,
          keys: tell && call.noted?.keys.map(tell),
          status: call.status,
          code: call.code,
          items: call.items,
          capacity: asked.hidesCosts ? undefined : call.capacity,
          duration_ms: call.durationMs,
          input: showsInputs ? shortInput(asked.input) : undefined,
        },
      };
      kept.push(next);
      if (kept.length > MOST_KEPT) kept.shift();
      for (const tellNext of watchers) tellNext(next);
    },
    watch: (told, mayKnow) => {
      const tellNext = ({ call, identity }: Kept) => {
        if (mayKnow(identity)) told(call);
      };
      kept.forEach(tellNext);
      watchers.add(tellNext);
      return () => watchers.delete(tellNext);
    },
  };
}

/** An input that may be copied: small, so that the ring stays so, and known to be before it is read. */
function shortInput(input: unknown): JsonObject | undefined {
  return isJsonObject(input) && weigh(input, LONGEST_INPUT, DEEPEST) >= 0 ? input : undefined;
}

/** What is left of a weight when a value is taken from it, negative where it is too large or too deep. */
function weigh(value: unknown, left: number, levels: number): number {
  if (typeof value === 'string') return left - value.length;
  if (typeof value !== 'object' || value === null || JSON.isRawJSON(value)) return left - 1;
  if (levels === 0) return -1;
  let rest = left;
  for (const name in value) {
    rest = weigh((value as JsonObject)[name], rest - name.length, levels - 1);
    if (rest < 0) break;
  }
  return rest;
}

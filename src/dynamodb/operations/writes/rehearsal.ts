import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import { keyMembers } from '../../tables/keys.ts';
import type { Table } from '../../tables/table.ts';
import { canonical } from '../../values/same-value.ts';
import { encodeItem } from '../../values/values.ts';
import { readCurrentItem } from '../reads/get-item.ts';
import { presentItem } from '../result-size.ts';
import type { Write } from './write.ts';

/** A write that a call would do, by the tool whose write it is. */
export interface PlannedWrite {
  readonly tool: 'put_item' | 'update_item' | 'delete_item' | 'get_item';
  readonly table: string;
  readonly key: JsonObject;
  /** The caller's own part of it, such as `{Put: {…}}`, with values as they are sent here. */
  readonly request: JsonObject;
  /** Whether a role adds to it. */
  readonly guarded: boolean;
  /** What is stored there now, as the caller may see it. */
  current(): Promise<SeenItem>;
}

/** A stored item as somebody sees it: in short, and as a text that changes with it. */
export interface SeenItem {
  readonly shown: JsonObject | null;
  readonly whole: string;
}

/** How one write of a call is planned. */
export interface RehearsedStep {
  readonly tool: PlannedWrite['tool'];
  readonly table: Table;
  readonly write: Write;
  /** Plans the same write for another call. */
  plan(call: Call): Write;
}

/** Ends a call that only asks what it would do. */
class Rehearsed extends Error {
  readonly writes: readonly PlannedWrite[];

  constructor(writes: readonly PlannedWrite[]) {
    super('The call was rehearsed');
    this.writes = writes;
  }
}

/** Runs what writes up to where it would send something; throws what it is refused with before. */
export async function rehearse(
  call: Call,
  task: (call: Call) => Promise<unknown>,
): Promise<readonly PlannedWrite[]> {
  try {
    await task({ ...call, isRehearsal: true });
  } catch (error) {
    if (error instanceof Rehearsed) return error.writes;
    throw error;
  }
  return [];
}

/** Ends a rehearsal with the writes that are planned; a call that is meant goes on. */
export function endRehearsal(call: Call, steps: () => readonly RehearsedStep[]): void {
  if (call.isRehearsal) throw new Rehearsed(steps().map((step) => planned(step, call)));
}

function planned({ tool, table, write, plan }: RehearsedStep, call: Call): PlannedWrite {
  // Without a role it is what the caller asked for, and nothing else.
  const own = plan({ ...call, access: undefined });
  return {
    tool,
    table: table.name,
    key: encodeItem(write.key),
    request: shown(own),
    guarded: canonical(own.operation) !== canonical(write.operation),
    current: async () => {
      const stored = await readCurrentItem(table, write.key, call);
      const seen = stored && write.guarded ? write.guarded.back.see(stored) : stored;
      if (!seen) return { shown: null, whole: '' };
      const item = encodeItem(seen);
      const key = keyMembers(item, Object.keys(write.key));
      return { shown: presentItem(item, key, call), whole: canonical(seen) };
    },
  };
}

/** The parameters with what holds values in the service's own form. */
const HOLDS_VALUES = new Set(['Key', 'Item', 'ExpressionAttributeValues']);

function shown({ operation }: Write): JsonObject {
  const kinds = Object.entries(operation).map(([kind, parameters]) => {
    const members = Object.entries(parameters as JsonObject)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [
        name,
        HOLDS_VALUES.has(name) ? encodeItem(value as JsonObject) : value,
      ]);
    return [kind, Object.fromEntries(members)];
  });
  return Object.fromEntries(kinds);
}

import { asServiceError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { Call } from '../calls/call.ts';
import { RehearsedRead } from '../calls/rehearsed-read.ts';
import { keyMembers } from '../tables/keys.ts';
import type { Table } from '../tables/table.ts';
import { canonical } from '../values/same-value.ts';
import { sentItem, sentValue } from '../values/sent-values.ts';
import { encodeItem } from '../values/values.ts';
import { readCurrentItem } from './reads/get-item.ts';
import { presentItem } from './result-size.ts';
import type { Write } from './writes/write.ts';

/** What a call would send. */
export interface PlannedRequest {
  /** The tool whose request it is. */
  readonly tool: string;
  readonly table: string;
  /** The caller's own part of it, such as `{Put: {…}}`, with values as a caller writes them. */
  readonly request: JsonObject;
  /** Whether a role adds to it, or looks at what comes back. */
  readonly guarded: boolean;
}

/** A write that a call would do, by the tool whose write it is. */
export interface PlannedWrite extends PlannedRequest {
  readonly key: JsonObject;
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
  readonly tool: 'put_item' | 'update_item' | 'delete_item' | 'get_item';
  readonly table: Table;
  readonly write: Write;
  /** Plans the same write for another call. */
  plan(call: Call): Write;
}

/** Runs a tool for a call. */
type Task = (call: Call) => Promise<unknown>;

/** Ends a call that only asks what it would do. */
class Rehearsed extends Error {
  readonly writes: readonly PlannedWrite[];

  constructor(writes: readonly PlannedWrite[]) {
    super('The call was rehearsed');
    this.writes = writes;
  }
}

/** Runs what writes up to where it would send something; throws what it is refused with before. */
export async function rehearse(call: Call, task: Task): Promise<readonly PlannedWrite[]> {
  const end = await endOf(task, call);
  return end instanceof Rehearsed ? end.writes : [];
}

/** Ends a rehearsal with the writes that are planned; a call that is meant goes on. */
export function endRehearsal(call: Call, steps: () => readonly RehearsedStep[]): void {
  if (!call.isRehearsal) return;
  const meant = { ...call, isRehearsal: false };
  throw new Rehearsed(steps().map((step) => planned(step, meant)));
}

/** Runs what reads up to where it would send something; throws what it is refused with before. */
export async function rehearseRead(
  tool: string,
  call: Call,
  task: Task,
): Promise<readonly PlannedRequest[]> {
  const read = await endOf(task, call);
  if (!(read instanceof RehearsedRead)) return [];
  const { table, operation } = read;
  if (!call.access) return [{ tool, table, request: shownRead(read), guarded: false }];
  const own = await withoutRole(task, call);
  // A page key that is sealed is none without the role, and is not to be opened for anybody.
  if (!own) return [{ tool, table, request: { [operation]: { TableName: table } }, guarded: true }];
  const isOther = canonical(own.parameters) !== canonical(read.parameters);
  const guarded = isOther || call.access.noted.limited;
  return [{ tool, table, request: shownRead(own), guarded }];
}

/** The read that the caller alone asks for; undefined where that is none without the role. */
async function withoutRole(task: Task, call: Call): Promise<RehearsedRead | undefined> {
  try {
    const end = await endOf(task, { ...call, access: undefined });
    return end instanceof RehearsedRead ? end : undefined;
  } catch (error) {
    if (asServiceError(error).code === 'ValidationError') return undefined;
    throw error;
  }
}

/** What ends a rehearsal; undefined where nothing would be sent. */
async function endOf(task: Task, call: Call): Promise<Rehearsed | RehearsedRead | undefined> {
  try {
    await task({ ...call, isRehearsal: true });
    return undefined;
  } catch (error) {
    if (error instanceof Rehearsed || error instanceof RehearsedRead) return error;
    throw error;
  }
}

function planned({ tool, table, write, plan }: RehearsedStep, call: Call): PlannedWrite {
  // Without a role it is what the caller asked for, and nothing else.
  const own = plan({ ...call, access: undefined });
  return {
    tool,
    table: table.name,
    key: sentItem(write.key),
    request: shownParameters(own.operation),
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

function shownRead({ operation, parameters }: RehearsedRead): JsonObject {
  return { [operation]: shownParameters(parameters) };
}

/** The parameters that hold values by name; what these are is the caller's, also their names. */
const HOLDS_VALUES = new Set(['Key', 'Item', 'ExpressionAttributeValues', 'ExclusiveStartKey']);
const KEYS = 'Keys';
/** What the service asks for itself. */
const OWN = 'ReturnConsumedCapacity';

function shownParameters(parameters: object): JsonObject {
  const members = Object.entries(parameters)
    .filter(([name, value]) => value !== undefined && name !== OWN)
    .map(([name, value]) => [name, shownParameter(name, value)]);
  return Object.fromEntries(members);
}

function shownParameter(name: string, value: unknown): unknown {
  if (HOLDS_VALUES.has(name)) return sentValue(value);
  if (!Array.isArray(value)) return isJsonObject(value) ? shownParameters(value) : value;
  return value.map((each) => {
    if (name === KEYS || !isJsonObject(each)) return sentValue(each);
    return shownParameters(each);
  });
}

import {
  ConfirmationNeeded,
  type ConfirmationRule,
  type Confirmer,
  type Subject,
} from '../access/confirmation.ts';
import type { Call } from '../dynamodb/calls/call.ts';
import { type PlannedWrite, rehearse, type SeenItem } from '../dynamodb/operations/rehearsal.ts';
import { invalid, ServiceError } from '../errors.ts';
import type { JsonObject } from '../json/parse.ts';
import type { AnyTool } from './tool.ts';

/** How a caller confirms, and what it brings with a call. */
export interface Confirmation {
  readonly by: Confirmer;
  /** The text of an earlier question, which was answered with yes. */
  readonly state?: string | undefined;
  /** Whether it was answered with no. */
  readonly declined?: boolean | undefined;
}

/** So many items somebody can look at before they say yes. */
const MOST_ITEMS = 100;
const READ_AT_ONCE = 8;

/** A call that may have to be confirmed. */
interface Asking {
  readonly tool: AnyTool;
  readonly input: JsonObject;
  readonly rule: ConfirmationRule;
  readonly given: Confirmation | undefined;
  run(call: Call): Promise<unknown>;
}

/**
 * Sees to it that a call was confirmed that has to be, by what is stored right now; throws
 * ConfirmationNeeded, or Forbidden where nobody could confirm it in this way.
 */
export async function requireConfirmation(asking: Asking, call: Call): Promise<void> {
  const { tool, input, rule, given = { by: 'code' } } = asking;
  const writes = await confirmedWrites(asking, call);
  if (!writes) return;
  const { trail } = call;
  if (given.declined) {
    trail.confirmation = 'declined';
    throw new ServiceError('ConfirmationRequired', 'This was declined, and nothing was done.');
  }
  if (rule.by === 'human' && given.by === 'code') {
    throw new ServiceError(
      'Forbidden',
      `A person must confirm ${tool.name} in your role, over MCP; nothing was done.`,
    );
  }
  const items = await itemsOf(writes);
  const subject: Subject = { input, items: items.map(({ whole }) => whole) };
  if (given.state !== undefined && rule.holds(given.state, subject, given.by)) {
    trail.confirmation = given.by === 'human' ? 'given by human' : 'given by code';
    forgetRehearsal(call);
    return;
  }
  trail.confirmation = 'asked';
  const question = {
    tool: tool.name,
    writes: writes.map(({ tool: as, table, key, request }, at) => ({
      tool: as,
      table,
      key: call.view ? call.view.show(key) : key,
      request: call.view ? call.view.show(request) : request,
      stored: items[at]?.shown ?? null,
    })),
  };
  const state = rule.seal(subject, given.by);
  throw new ConfirmationNeeded(sentenceFor(given), { question, state, by: given.by });
}

function sentenceFor({ by, state }: Confirmation): string {
  const why =
    state === undefined
      ? 'This has to be confirmed before it is done'
      : 'The confirmation is too old, or is not for what would be done now';
  return by === 'code'
    ? `${why}; send the same call with the header x-confirmation.`
    : `${why}; nothing was done.`;
}

/** The writes of a call that have to be confirmed; undefined where nothing has to be. */
async function confirmedWrites(
  { tool, rule, run }: Asking,
  call: Call,
): Promise<readonly PlannedWrite[] | undefined> {
  if (tool.effect === 'read') return undefined;
  const all = await rehearse(call, run);
  const writes = rule.needs(tool.name) ? all : all.filter((write) => rule.needs(write.tool));
  if (writes.length === 0) {
    forgetRehearsal(call);
    return undefined;
  }
  if (writes.length > MOST_ITEMS) {
    throw invalid(
      '',
      `has ${writes.length} writes to confirm; a call may have at most ${MOST_ITEMS}`,
    );
  }
  return writes;
}

/** What a rehearsal noted is noted again by the call itself. */
function forgetRehearsal({ access }: Call): void {
  if (!access) return;
  access.noted.keys.length = 0;
  access.noted.refusals.length = 0;
}

/** What is stored where writes go, some read at once. */
async function itemsOf(writes: readonly PlannedWrite[]): Promise<SeenItem[]> {
  const items: SeenItem[] = [];
  for (let at = 0; at < writes.length; at += READ_AT_ONCE) {
    const some = writes.slice(at, at + READ_AT_ONCE);
    items.push(...(await Promise.all(some.map((write) => write.current()))));
  }
  return items;
}

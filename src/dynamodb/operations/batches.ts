import { setTimeout as sleep } from 'node:timers/promises';
import { ServiceError } from '../../errors.ts';
import { type Call, mayReadOn, timeLeft } from '../calls/call.ts';
import type { TableSchema } from '../tables/table-schema.ts';
import { canonical } from '../values/same-value.ts';

const BASE_DELAY_MS = 50;
const MAX_DELAY_MS = 2_000;

/** The entries of a batch by the identity of their keys, in the order of the request. */
export type Entries<Entry> = Map<string, Entry>;

/** Sends a chunk; returns the identities that DynamoDB left unprocessed. */
type SendChunk<Entry> = (chunk: [string, Entry][]) => Promise<string[]>;

/** Refuses a batch of more entries than the service takes at once. */
export function refuseTooMany(entries: number, maxEntries: number): void {
  if (entries > maxEntries) {
    throw new ServiceError(
      'ValidationError',
      `The batch has ${entries} entries; the service accepts ${maxEntries} at once.`,
    );
  }
}

/** A text that two items share exactly when they have the same key. */
export function keyIdentity(attributes: Record<string, unknown>, table: TableSchema): string {
  return table.attributes.map(({ name }) => canonical(attributes[name])).join(' ');
}

/**
 * Sends all entries in chunks of a size that is asked for each time (0 ends it), and again what was left unprocessed, with backoff, until the
 * deadline. Returns the entries that are left; throws when nothing was done, when the outcome of a
 * chunk is unknown, or when DynamoDB refuses one for good.
 */
export async function sendInChunks<Entry>(
  entries: Entries<Entry>,
  chunkSize: () => number,
  send: SendChunk<Entry>,
  call: Call,
): Promise<Entry[]> {
  let pending = [...entries];
  let stalled = 0;
  while (pending.length > 0) {
    const started = performance.now();
    const size = chunkSize();
    if (size === 0) break;
    const chunk = pending.slice(0, size);
    const left = await sendOrStop(send, chunk, entries.size - pending.length, call);
    if (!left) break;
    const again = new Set(left);
    pending = [...pending.slice(size), ...chunk.filter(([identity]) => again.has(identity))];
    stalled = left.length === 0 ? 0 : stalled + 1;
    const delay = backoff(stalled);
    // A chunk that the deadline cuts would end with its outcome unknown.
    if (delay + 2 * (performance.now() - started) >= timeLeft(call) || !mayReadOn(call)) break;
    if (delay === 0) continue;
    call.log.warn({ unprocessed: left.length, delay_ms: Math.round(delay) }, 'Repeating leftovers');
    await sleep(delay);
  }
  return pending.map(([, entry]) => entry);
}

/** Milliseconds to wait when so many chunks in a row left something; none after one that did not. */
function backoff(stalled: number): number {
  if (stalled === 0) return 0;
  return Math.random() * Math.min(BASE_DELAY_MS * 2 ** (stalled - 1), MAX_DELAY_MS);
}

/** The identities a chunk left; undefined when DynamoDB will take no more for now. */
async function sendOrStop<Entry>(
  send: SendChunk<Entry>,
  chunk: [string, Entry][],
  done: number,
  call: Call,
): Promise<string[] | undefined> {
  try {
    return await send(chunk);
  } catch (error) {
    if (!(error instanceof ServiceError) || done === 0) throw error;
    if (!error.retryable) throw afterPart(error, done);
    call.log.warn({ code: error.code, done }, 'Returning what is left of the batch');
    return undefined;
  }
}

/** A failure that came when a part of the batch was done. */
export function afterPart(error: ServiceError, done: number): ServiceError {
  const sentence = `${error.message} ${done} entries of the batch were processed before this.`;
  return new ServiceError(error.code, sentence, { cause: error });
}

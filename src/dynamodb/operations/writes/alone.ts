import { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import { type Call, timeLeft } from '../../calls/call.ts';
import { afterPart, type Entries } from '../batches.ts';

/** An entry of a batch that may have to be sent by itself. */
interface AloneEntry {
  kind: 'put' | 'remove';
  asked: JsonObject;
  alone?: (() => Promise<unknown>) | undefined;
}

interface SentAlone<Entry> {
  /** The entries that need not be sent alone. */
  together: Entries<Entry>;
  /** What was not taken in time. */
  left: Entry[];
  /** What the stored items do not allow. */
  denied: Entry[];
}

const AT_ONCE = 8;

/** Sends the entries of a batch that depend on what is stored, some at once; throws what no repetition mends. */
export async function sendAlone<Entry extends AloneEntry>(
  entries: Entries<Entry>,
  call: Call,
): Promise<SentAlone<Entry>> {
  const together: Entries<Entry> = new Map();
  const waiting: Entry[] = [];
  for (const [identity, entry] of entries) {
    if (entry.alone) waiting.push(entry);
    else together.set(identity, entry);
  }
  const sent: SentAlone<Entry> = { together, left: [], denied: [] };
  let done = 0;
  let failure: ServiceError | undefined;
  const work = async () => {
    for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
      if (failure || timeLeft(call) <= 0) sent.left.push(entry);
      else failure ??= await sendOne(entry, sent);
      if (!failure) done++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, work));
  if (failure) throw done > 0 ? afterPart(failure, done) : failure;
  return sent;
}

/** Sends an entry and notes what became of it; a failure that ends the batch. */
async function sendOne<Entry extends AloneEntry>(
  entry: Entry,
  { left, denied }: SentAlone<Entry>,
): Promise<ServiceError | undefined> {
  try {
    await entry.alone?.();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    if (error.retryable) left.push(entry);
    else if (!DENIALS.has(error.code)) return error;
    else denied.push(entry);
  }
  return undefined;
}

const DENIALS: ReadonlySet<string> = new Set(['Forbidden', 'ConditionalCheckFailed']);

import type { TableSchema } from '../../dynamodb/tables/table-schema.ts';
import { sameValue } from '../../dynamodb/values/same-value.ts';
import { decodeItem } from '../../dynamodb/values/values.ts';
import { ServiceError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json/parse.ts';
import type { ImportRequest } from '../parameters.ts';
import { type Entry, identityOf } from './entry.ts';
import type { PatientCalls } from './patient-calls.ts';

/** Told the final result of an entry; without a failure it is written. */
export type Settle = (entry: Entry, failure?: ServiceError) => void;

/** The index in the path of an issue with a batch, as `put[3].price`. */
const PUT = /^put\[(\d+)\]/;
/** A batch that was refused more often than this is more wrong than right. */
const MOST_REFUSALS = 3;

/** What is left of a batch after a call. */
interface Left {
  readonly again: readonly Entry[];
  /** Those that are told by themselves what is wrong with them. */
  readonly alone: readonly Entry[];
  readonly isRefused: boolean;
}

/** What writes the entries of an import. */
export interface EntryWriterOptions {
  readonly request: ImportRequest;
  readonly schema: TableSchema | undefined;
  readonly calls: PatientCalls;
  readonly settle: Settle;
}

/** Writes entries of different keys, by the tools that the caller may use. */
export class EntryWriter {
  readonly #options: EntryWriterOptions;
  /** Whether the caller's batches are refused as such, whatever is in them. */
  #onlyAlone: boolean;

  constructor(options: EntryWriterOptions) {
    this.#options = options;
    this.#onlyAlone = options.request.mode === 'create_only' || !options.schema;
  }

  /** Settles each of the entries; throws Stopped where the import ends before. */
  async write(entries: readonly Entry[]): Promise<void> {
    let left = entries;
    let refusals = 0;
    let stalls = 0;
    while (left.length > 1 && !this.#onlyAlone && refusals < MOST_REFUSALS) {
      const { again, alone, isRefused } = await this.#together(left);
      await Promise.all(alone.map((entry) => this.#alone(entry)));
      left = again;
      if (isRefused) refusals++;
      else if (again.length > 0) await this.#options.calls.slowDown(stalls++);
    }
    await Promise.all(left.map((entry) => this.#alone(entry)));
  }

  async #together(entries: readonly Entry[]): Promise<Left> {
    const { calls, settle } = this.#options;
    try {
      const put = entries.map(({ item }) => item);
      const { output } = await calls.run('batch_write_item', { ...this.#input(), put });
      const [left, denied] = [output.unprocessed, output.denied].map((each) => this.#keysIn(each));
      const again = entries.filter(({ identity = '' }) => left?.has(identity));
      const alone = entries.filter(({ identity = '' }) => denied?.has(identity));
      const open = new Set([...again, ...alone]);
      for (const entry of entries) if (!open.has(entry)) settle(entry);
      return { again, alone, isRefused: false };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const bad = entries[Number(PUT.exec(error.issues?.[0]?.path ?? '')?.[1] ?? Number.NaN)];
      if (!bad && error.code === 'Forbidden') this.#onlyAlone = true;
      return bad
        ? { again: entries.filter((entry) => entry !== bad), alone: [bad], isRefused: true }
        : { again: [], alone: entries, isRefused: true };
    }
  }

  async #alone(entry: Entry): Promise<void> {
    const { request, calls, settle } = this.#options;
    const createOnly = request.mode === 'create_only';
    const input = { ...this.#input(), item: entry.item, ...(createOnly && { create_only: true }) };
    try {
      await calls.run('put_item', input, createOnly);
      settle(entry);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      if (this.#wasWrittenBefore(entry, error)) settle(entry);
      else settle(entry, error);
    }
  }

  /** Whether a resumed import finds what it wrote before it was interrupted. */
  #wasWrittenBefore({ item }: Entry, { code, item: stored }: ServiceError): boolean {
    if (this.#options.request.from_line === undefined) return false;
    if (code !== 'ConditionalCheckFailed' || !isJsonObject(stored)) return false;
    try {
      return sameValue(decodeItem(item, 'item'), decodeItem(stored, 'item'));
    } catch {
      return false;
    }
  }

  #input(): JsonObject {
    const { table, dry_run } = this.#options.request;
    return { ...(table !== undefined && { table }), ...(dry_run && { dry_run }) };
  }

  /** The keys of the items that a reply has left. */
  #keysIn(left: unknown): Set<string | undefined> {
    const items = isJsonObject(left) && Array.isArray(left.put) ? left.put : [];
    return new Set(items.map((item) => identityOf(item, this.#options.schema)));
  }
}

import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { ServiceInputTypes, ServiceOutputTypes } from '@aws-sdk/lib-dynamodb';
import { ServiceError } from '../../errors.ts';
import type { Call } from '../calls/call.ts';
import { storageError } from '../calls/exceptions.ts';
import { asFailure } from '../calls/failures.ts';
import { READ, type RepeatPolicy } from '../calls/operation.ts';
import { RehearsedRead } from '../calls/rehearsed-read.ts';
import type { Storage, StorageCommand } from '../calls/storage.ts';
import { isTableDescription } from './description.ts';
import { readTableSchema, type TableSchema } from './table-schema.ts';

/** The shortest time between two refreshes that callers' mistakes can cause. */
const REFRESH_INTERVAL_MS = 1_000;

/** The one table: its name, and its schema as DynamoDB describes it, remembered. */
export class Table {
  readonly name: string;
  readonly #storage: Storage;
  #schema: TableSchema | undefined;
  #refreshedAt = Number.NEGATIVE_INFINITY;
  #refresh: Promise<TableSchema> | undefined;

  constructor(name: string, storage: Storage) {
    this.name = name;
    this.#storage = storage;
  }

  /**
   * Sends a command; a refusal that a changed table may have caused has the schema read again. A
   * rehearsal ends in place of a read.
   */
  async send<Input extends ServiceInputTypes, Output extends ServiceOutputTypes>(
    command: StorageCommand<Input, Output>,
    call: Call,
    policy: RepeatPolicy,
  ): Promise<Output> {
    if (call.isRehearsal && policy.effect === 'read') throw new RehearsedRead(this.name, command);
    try {
      return await this.#storage.send(command, call, policy);
    } catch (error) {
      if (hintsAtChange(error)) await this.#refreshed(call);
      throw error;
    }
  }

  /**
   * Runs a check against the schema; when the request does not fit a remembered one, the table may
   * have changed: the schema is read again, and the check repeated.
   */
  async check<Result>(call: Call, check: (schema: TableSchema) => Result): Promise<Result> {
    const known = this.#schema;
    if (!known) return check(await this.#readSchema(call));
    try {
      return check(known);
    } catch (error) {
      const fresh = mayFitNow(error) ? await this.#refreshed(call) : known;
      if (!fresh || fresh === known) throw error;
      return check(fresh);
    }
  }

  /** Asks DynamoDB for the table's description and remembers its schema. */
  async describe(call: Call): Promise<TableDescription> {
    const { Table: description } = await this.#storage.send(
      new DescribeTableCommand({ TableName: this.name }),
      call,
      READ,
    );
    if (!description || !isTableDescription(description)) throw storageError('StorageUnavailable');
    this.#schema = readTableSchema(description);
    return description;
  }

  /** The attribute that items expire by; null when there is none or it cannot be read. */
  async timeToLiveAttribute(call: Call): Promise<string | null> {
    try {
      const { TimeToLiveDescription } = await this.#storage.send(
        new DescribeTimeToLiveCommand({ TableName: this.name }),
        call,
        READ,
      );
      return TimeToLiveDescription?.AttributeName ?? null;
    } catch (error) {
      if (error instanceof ServiceError) return null;
      throw error;
    }
  }

  async #readSchema(call: Call): Promise<TableSchema> {
    return readTableSchema(await this.describe(call));
  }

  /** The schema after a refresh, shared and rare; the remembered one where that fails. */
  async #refreshed(call: Call): Promise<TableSchema | undefined> {
    if (!this.#refresh && performance.now() - this.#refreshedAt > REFRESH_INTERVAL_MS) {
      this.#refreshedAt = performance.now();
      this.#refresh = this.#readSchema(call).finally(() => {
        this.#refresh = undefined;
      });
    }
    try {
      return (await this.#refresh) ?? this.#schema;
    } catch (error) {
      if (error instanceof ServiceError) return this.#schema;
      throw error;
    }
  }
}

/** A check that fails by what a table was when it was described: an index is ready some time. */
function mayFitNow(error: unknown): boolean {
  return (
    hintsAtChange(error) || (error instanceof ServiceError && error.code === 'StorageUnavailable')
  );
}

/** A request that does not fit, or a table that is gone: the schema may be another by now. */
function hintsAtChange(error: unknown): boolean {
  if (!(error instanceof ServiceError)) return false;
  return (
    error.code === 'ValidationError' || asFailure(error.cause).name === 'ResourceNotFoundException'
  );
}

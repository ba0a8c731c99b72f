import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { ServiceError } from '../../../errors.ts';
import type { JsonObject } from '../../../json/parse.ts';
import type { Call } from '../../calls/call.ts';
import type { Guarded } from '../../guard/guarded-write.ts';
import type { TableSchema } from '../../tables/table-schema.ts';
import type { NativeItem } from '../../values/native-values.ts';

/** An operation of a transaction as DynamoDBDocumentClient takes it, such as `{Put: {…}}`. */
export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A checked write of one item, to be sent as a command of its own or in a transaction. */
export interface Write<Operation extends TransactItem = TransactItem> {
  readonly schema: TableSchema;
  readonly key: NativeItem;
  /** Its parameters, the same for both. */
  readonly operation: Operation;
  /** What a role lets be written, where a policy says. */
  readonly guarded?: Guarded | undefined;
  /** Whether a failed condition means that there is nothing to do: what is there is not the caller's. */
  isDone?(stored: JsonObject | null | undefined): boolean;
  /**
   * What it means that its condition is not met by the stored item: null where there is none,
   * undefined where that is not known.
   */
  explain(failure: ServiceError, stored: JsonObject | null | undefined, call: Call): ServiceError;
}

/** What identifies a write that is to be done once, however often it is asked for. */
export interface Idempotent {
  idempotencyKey?: string | undefined;
}

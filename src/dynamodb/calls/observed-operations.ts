import type { ServiceError } from '../../errors.ts';
import type { Instruments } from '../../observability/telemetry/instruments.ts';
import type { Telemetry } from '../../observability/telemetry/telemetry.ts';
import { OPERATIONS } from '../lean/operations.ts';
import { capacityByTable } from './consumed-capacity.ts';
import type { Operation } from './operation.ts';
import { traceOperation } from './traced-operations.ts';

/** How the conventions call DynamoDB. */
export const SYSTEM = 'aws.dynamodb';
const MILLISECONDS = 1_000;

/** A command as far as it tells what it is about. */
export interface ObservedCommand {
  readonly input: object;
}

/** Told of every operation when it is over, and why it failed if it did. */
export type ObserveOperation = (
  command: ObservedCommand,
  operation: Operation,
  failure: ServiceError | undefined,
) => void;

/** What is known of an operation that is over. */
export interface EndedOperation {
  readonly input: object;
  readonly operation: Operation;
  readonly failure: ServiceError | undefined;
  /** As DynamoDB calls it. */
  readonly name: string;
  /** The configured tables that it is about, and the one if there is only one. */
  readonly tables: readonly string[];
  readonly table: string | undefined;
  /** When it was sent first, and when it was over, on the clock of performance.now(). */
  readonly began: number;
  readonly ended: number;
}

/** Measures operations, and traces those of calls that are recorded; no value of any item is told. */
export function createOperationObserver({ instruments, tracing }: Telemetry): ObserveOperation {
  return (command, operation, failure) => {
    const { began } = operation;
    // What was refused in the queue was never an operation.
    if (began === undefined) return;
    const tables = tablesIn(command.input);
    const name = OPERATIONS.get(command.constructor) ?? operation.name;
    const table = tables.length === 1 ? tables[0] : undefined;
    const { input } = command;
    const over = {
      name,
      table,
      tables,
      input,
      operation,
      failure,
      began,
      ended: performance.now(),
    };
    if (instruments) measure(instruments, over);
    if (tracing && operation.call.trace) traceOperation(tracing, operation.call.trace, over);
  };
}

function measure({ storageDuration, capacity, retries }: Instruments, over: EndedOperation): void {
  const { name, table: only, tables, operation, failure, began, ended } = over;
  storageDuration.record((ended - began) / MILLISECONDS, SYSTEM, name, only, failure?.code);
  const kind = operation.policy.effect;
  for (const { table = tables[0], units, vectorBytes } of capacityByTable(operation.answer ?? {})) {
    // What DynamoDB calls a table is believed only where it was asked about it.
    const label = table !== undefined && tables.includes(table) ? table : tables[0];
    if (units > 0) capacity.add(units, label, kind);
    if (vectorBytes > 0) capacity.add(vectorBytes, label, 'vector_bytes');
  }
  if (operation.retries === 0) return;
  const { throttledRetries: throttled } = operation;
  if (throttled > 0) retries.add(throttled, name, only, 'throttled');
  const others = operation.retries - throttled;
  if (others > 0) retries.add(others, name, only, 'other');
}

/** What commands name their tables by. */
interface Named {
  readonly TableName?: string;
  readonly RequestItems?: object;
  readonly TransactItems?: readonly Record<string, { TableName?: string } | undefined>[];
}

function tablesIn(input: object): readonly string[] {
  const { TableName: name, RequestItems: batch, TransactItems: transaction = [] }: Named = input;
  if (name !== undefined) return [name];
  if (batch) return Object.keys(batch);
  const names = transaction.flatMap((entry) => Object.values(entry).map((of) => of?.TableName));
  return [...new Set(names)].filter((table) => table !== undefined);
}

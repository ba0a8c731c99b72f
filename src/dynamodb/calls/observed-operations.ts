import type { Attributes } from '@opentelemetry/api';
import type { ServiceError } from '../../errors.ts';
import type { Instruments } from '../../observability/telemetry/instruments.ts';
import { ATTRIBUTES } from '../../observability/telemetry/names.ts';
import type { Telemetry } from '../../observability/telemetry/telemetry.ts';
import { OPERATIONS } from '../lean/lean-document-client.ts';
import { capacityByTable } from './consumed-capacity.ts';
import type { Operation } from './operation.ts';
import { traceOperation } from './traced-operations.ts';

const SYSTEM = 'aws.dynamodb';
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
  /** The configured tables that it is about. */
  readonly tables: readonly string[];
  /** What its metric and its span have in common. */
  readonly labels: Attributes;
  /** When it was sent first, and when it was over, on the clock of performance.now(). */
  readonly began: number;
  readonly ended: number;
}

/** Measures operations, and traces those of calls that are recorded; no value of any item is told. */
export function createOperationObserver({ instruments, tracer }: Telemetry): ObserveOperation {
  return (command, operation, failure) => {
    const { began } = operation;
    // What was refused in the queue was never an operation.
    if (began === undefined) return;
    const tables = tablesIn(command.input);
    const labels = {
      [ATTRIBUTES.system]: SYSTEM,
      [ATTRIBUTES.operation]: OPERATIONS.get(command.constructor) ?? operation.name,
      ...(tables.length === 1 && { [ATTRIBUTES.collection]: tables[0] }),
      ...(failure && { [ATTRIBUTES.errorType]: failure.code }),
    };
    const ended = performance.now();
    const { input } = command;
    const over = { input, operation, failure, tables, labels, began, ended };
    if (instruments) measure(instruments, over);
    if (tracer && operation.call.trace) traceOperation(tracer, operation.call.trace, over);
  };
}

function measure({ storageDuration, capacity, retries }: Instruments, over: EndedOperation): void {
  const { operation, tables, labels, began, ended } = over;
  storageDuration.record((ended - began) / MILLISECONDS, labels);
  const kind = operation.policy.effect;
  for (const { table = tables[0], units, vectorBytes } of capacityByTable(operation.answer ?? {})) {
    // What DynamoDB calls a table is believed only where it was asked about it.
    const label = table !== undefined && tables.includes(table) ? table : tables[0];
    if (units > 0) capacity.add(units, { table: label, kind });
    if (vectorBytes > 0) capacity.add(vectorBytes, { table: label, kind: 'vector_bytes' });
  }
  if (operation.retries === 0) return;
  const about = {
    operation: labels[ATTRIBUTES.operation],
    table: labels[ATTRIBUTES.collection],
  };
  const { throttledRetries: throttled } = operation;
  if (throttled > 0) retries.add(throttled, { ...about, reason: 'throttled' });
  const others = operation.retries - throttled;
  if (others > 0) retries.add(others, { ...about, reason: 'other' });
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

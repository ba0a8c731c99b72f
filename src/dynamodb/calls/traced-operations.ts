import { type Attributes, type Context, SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { ATTRIBUTES } from '../../observability/telemetry/names.ts';
import { isRecorded, type Tracing } from '../../observability/telemetry/tracing.ts';
import { capacityByTable, type ReportedCapacity } from './consumed-capacity.ts';
import { isAnswer } from './exceptions.ts';
import { asFailure } from './failures.ts';
import { type EndedOperation, SYSTEM } from './observed-operations.ts';

/**
 * The span of an operation that is over. It is made only then, and only where the call's own is
 * recorded, so that calls that are not sampled pay nothing.
 */
export function traceOperation({ tracer }: Tracing, parent: Context, over: EndedOperation): void {
  if (!isRecorded(parent)) return;
  const { name, table, failure } = over;
  const options = {
    kind: SpanKind.CLIENT,
    startTime: over.began,
    attributes: attributesOf(over),
  };
  const span = tracer.startSpan(table === undefined ? name : `${name} ${table}`, options, parent);
  if (failure && !isAnswer(failure)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end(over.ended);
}

/** The members of answers that are told. */
interface Told {
  readonly Count?: number;
  readonly ScannedCount?: number;
  readonly $metadata?: { readonly requestId?: string };
}

function attributesOf(over: EndedOperation): Attributes {
  const { name, table, tables, input, operation, failure } = over;
  const { answer } = operation;
  const told: Told = answer ?? asFailure(failure?.cause);
  const { IndexName: index }: { IndexName?: string } = input;
  return {
    [ATTRIBUTES.system]: SYSTEM,
    [ATTRIBUTES.operation]: name,
    [ATTRIBUTES.collection]: table,
    [ATTRIBUTES.errorType]: failure?.code,
    [ATTRIBUTES.tableNames]: [...tables],
    [ATTRIBUTES.indexName]: index,
    [ATTRIBUTES.awsRequestId]: told.$metadata?.requestId,
    ...(operation.attempts > 1 && { [ATTRIBUTES.resends]: operation.attempts - 1 }),
    ...(answer && {
      [ATTRIBUTES.consumedCapacity]: capacityByTable(answer).map(asText),
      [ATTRIBUTES.count]: told.Count,
      [ATTRIBUTES.scannedCount]: told.ScannedCount,
    }),
  };
}

/** A report as the conventions want it: the JSON of DynamoDB's own. */
function asText({ table, units, vectorBytes }: ReportedCapacity): string {
  return JSON.stringify({
    TableName: table,
    ...(vectorBytes > 0 ? { VectorSearchRequestBytes: vectorBytes } : { CapacityUnits: units }),
  });
}

import type { Logger } from 'pino';
import type { Entry } from '../access/control.ts';
import type { Trail } from '../dynamodb/calls/call.ts';
import type { CancellationSignal } from '../dynamodb/calls/cancellation.ts';
import type { ServiceError } from '../errors.ts';
import type { AnyTool } from './tool.ts';

/** Whether a walk may read on, by what its caller has used with it so far. */
export function mayGoOn({ admission }: Entry) {
  return (trail: Trail) => admission.mayGoOn(usageOf(trail));
}

/** What a call has used; a read writes nothing, whatever it counts. */
export function usageOf({ consumedCapacity, writeUnits, count = 0 }: Trail, tool?: AnyTool) {
  const writes = tool !== undefined && tool.effect !== 'read';
  const readUnits = consumedCapacity - writeUnits;
  return { readUnits, writeUnits, itemsWritten: writes ? count : 0 };
}

/** What a log line tells of a call that is over. */
export function outcome(status: number, started: number, trail: Trail) {
  return {
    status,
    duration_ms: Math.round((performance.now() - started) * 10) / 10,
    consumed_capacity: trail.consumedCapacity,
    attempts: trail.attempts,
    count: trail.count,
  };
}

/** Logs a call that failed: as an error where the service did, with the stack of a defect. */
export function logFailure(
  log: Logger,
  failure: ServiceError,
  fields: object,
  hangUp?: CancellationSignal,
): void {
  const level = failure.status >= 500 ? 'error' : 'info';
  const defect = failure.code === 'InternalError' && failure.cause instanceof Error;
  log[level](
    {
      ...fields,
      code: failure.code,
      ...(hangUp?.aborted && { hung_up: true }),
      ...(defect && { stack: (failure.cause as Error).stack }),
    },
    failure.message,
  );
}

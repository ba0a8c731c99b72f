import { type Context, createTraceState, ROOT_CONTEXT, trace } from '@opentelemetry/api';

const TRACEPARENT = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const LONGEST_STATE = 512;
const SAMPLED = 1;

/**
 * The span of somebody else that W3C's `traceparent` and `tracestate` name; undefined where they
 * name none that is valid.
 */
export function remoteParent(traceparent: unknown, tracestate: unknown): Context | undefined {
  if (typeof traceparent !== 'string') return undefined;
  const [, version, traceId = '', spanId = '', flags = '', more] =
    TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more)) return undefined;
  const parent = {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & SAMPLED,
    isRemote: true,
    ...(isState(tracestate) && { traceState: createTraceState(tracestate) }),
  };
  return trace.isSpanContextValid(parent) ? trace.setSpanContext(ROOT_CONTEXT, parent) : undefined;
}

function isState(tracestate: unknown): tracestate is string {
  return typeof tracestate === 'string' && tracestate.length <= LONGEST_STATE;
}

/** The trace that a context's span belongs to, for lines that tell of the same. */
export function traceIdIn(context: Context): string | undefined {
  return trace.getSpanContext(context)?.traceId;
}

import {
  type AuthInfo,
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  type ServerContext,
} from '@modelcontextprotocol/server';
import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { isJsonObject } from '../json/parse.ts';
import { ATTRIBUTES, OTHER } from '../observability/telemetry/names.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import { remoteParent } from '../observability/telemetry/trace-context.ts';
import { httpTraceOf } from './caller.ts';
import type { ObserveRequest } from './observed-server.ts';
import { ERROR_META } from './results.ts';

const MILLISECONDS = 1_000;
const LEAST_FAULT_STATUS = 500;
const CALL = 'tools/call';
/** How the conventions call a result that tells of an error. */
const TOOL_ERROR = 'tool_error';

/** Measures and traces MCP requests. */
export interface MessageObserver {
  /** For the requests of one sender. */
  from(authInfo: AuthInfo | undefined): ObserveRequest;
  /** The span of a request that is being answered. */
  traceOf(context: ServerContext): Context | undefined;
}

/** Names of tools are told only where there are such tools. */
export function createMessageObserver(
  { instruments, tracer }: Telemetry,
  tools: ReadonlyMap<string, unknown>,
): MessageObserver {
  // The SDK hands on copies of a context, but always with the request's own signal.
  const traces = new WeakMap<AbortSignal, Context>();
  const over = (labels: Attributes, began: number, span: Context | undefined, code?: ErrorCode) => {
    instruments?.mcpDuration.record((performance.now() - began) / MILLISECONDS, labels);
    if (span) endSpan(span, labels, code);
  };
  const from = (authInfo: AuthInfo | undefined): ObserveRequest => {
    const http = httpTraceOf(authInfo);
    return async (request, context, handler) => {
      const began = performance.now();
      const labels = labelsOf(request, tools);
      const span = tracer && startSpan(tracer, request, labels, http);
      if (span) traces.set(context.mcpReq.signal, span);
      try {
        const result = await handler(request, context);
        const code = codeIn(result);
        const failed = result.isError === true && { [ATTRIBUTES.errorType]: TOOL_ERROR };
        over({ ...labels, ...failed }, began, span, code);
        return result;
      } catch (error) {
        const type = error instanceof ProtocolError ? String(error.code) : OTHER;
        over({ ...labels, [ATTRIBUTES.errorType]: type }, began, span, codeOf(error));
        throw error;
      }
    };
  };
  return { from, traceOf: ({ mcpReq }) => traces.get(mcpReq.signal) };
}

function labelsOf({ method, params }: JSONRPCRequest, tools: ReadonlyMap<string, unknown>) {
  const name = method === CALL ? String(params?.name) : undefined;
  return {
    [ATTRIBUTES.mcpMethod]: method,
    ...(name !== undefined && { [ATTRIBUTES.tool]: tools.has(name) ? name : OTHER }),
  };
}

/** Under the span that the message names, linked with the HTTP request; else under that. */
function startSpan(
  tracer: Tracer,
  { method, params }: JSONRPCRequest,
  { [ATTRIBUTES.tool]: tool }: Attributes,
  http: Context | undefined,
): Context {
  const named = remoteParent(params?._meta?.traceparent, params?._meta?.tracestate);
  const parent = named ?? http ?? ROOT_CONTEXT;
  const link = named && http && trace.getSpanContext(http);
  const name = tool === undefined || tool === OTHER ? method : `${method} ${tool}`;
  const links = link && [{ context: link }];
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, ...(links && { links }) }, parent);
  return trace.setSpan(parent, span);
}

function endSpan(context: Context, labels: Attributes, code: ErrorCode | undefined): void {
  const span = trace.getSpan(context);
  if (!span?.isRecording()) return;
  span.setAttributes({
    ...labels,
    ...(labels[ATTRIBUTES.tool] !== undefined && { [ATTRIBUTES.genAiOperation]: 'execute_tool' }),
    ...(code && { [ATTRIBUTES.code]: code }),
  });
  if (isFault(labels, code)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Whether the service failed; a refusal is no failure of it, as over REST. */
function isFault({ [ATTRIBUTES.errorType]: type }: Attributes, code: ErrorCode | undefined) {
  if (code) return ERRORS[code].status >= LEAST_FAULT_STATUS;
  return type === OTHER || type === String(ProtocolErrorCode.InternalError);
}

/** The code of the error that a result tells of. */
function codeIn({ _meta: meta }: Result): ErrorCode | undefined {
  return knownCode(meta?.[ERROR_META]);
}

function codeOf(error: unknown): ErrorCode | undefined {
  return error instanceof ProtocolError ? knownCode(error.data) : undefined;
}

function knownCode(told: unknown): ErrorCode | undefined {
  if (!isJsonObject(told) || typeof told.code !== 'string') return undefined;
  // A name of the table's own.
  return Object.hasOwn(ERRORS, told.code) ? (told.code as ErrorCode) : undefined;
}

import {
  type AuthInfo,
  type JSONRPCRequest,
  ProtocolError,
  ProtocolErrorCode,
  type Result,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { ERRORS, type ErrorCode } from '../errors.ts';
import { isJsonObject } from '../json/parse.ts';
import { ATTRIBUTES, OTHER } from '../observability/telemetry/names.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import { remoteParent } from '../observability/telemetry/trace-context.ts';
import { isRecorded, type Tracing } from '../observability/telemetry/tracing.ts';
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
  { instruments, tracing }: Telemetry,
  tools: ReadonlyMap<string, unknown>,
): MessageObserver {
  // The SDK hands on copies of a context, but always with the request's own signal.
  const traces = new WeakMap<AbortSignal, Context>();
  const over = (request: Observed, error?: string, code?: ErrorCode) => {
    const { method, tool, began, span } = request;
    const seconds = (performance.now() - began) / MILLISECONDS;
    instruments?.mcpDuration.record(seconds, method, tool, error);
    if (span) endSpan(span, request, error, code);
  };
  const from = (authInfo: AuthInfo | undefined): ObserveRequest => {
    return async (request, context, handler) => {
      const began = performance.now();
      const tool = toolIn(request, tools);
      const span = tracing && startSpan(tracing, request, tool, authInfo);
      const observed = { method: request.method, tool, began, span };
      if (span) traces.set(context.mcpReq.signal, span);
      try {
        const result = await handler(request, context);
        over(observed, result.isError === true ? TOOL_ERROR : undefined, codeIn(result));
        return result;
      } catch (error) {
        const type = error instanceof ProtocolError ? String(error.code) : OTHER;
        over(observed, type, codeOf(error));
        throw error;
      }
    };
  };
  return { from, traceOf: ({ mcpReq }) => traces.get(mcpReq.signal) };
}

/** A request that is being answered. */
interface Observed {
  readonly method: string;
  /** The tool that is called, if it is one. */
  readonly tool: string | undefined;
  readonly began: number;
  readonly span: Context | undefined;
}

function toolIn({ method, params }: JSONRPCRequest, tools: ReadonlyMap<string, unknown>) {
  if (method !== CALL) return undefined;
  const name = String(params?.name);
  return tools.has(name) ? name : OTHER;
}

/** Under the span that the message names, linked with the HTTP request; else under that. */
function startSpan(
  tracing: Tracing,
  { method, params }: JSONRPCRequest,
  tool: string | undefined,
  authInfo: AuthInfo | undefined,
): Context | undefined {
  const http = httpTraceOf(authInfo);
  const named = remoteParent(params?._meta?.traceparent, params?._meta?.tracestate);
  // Over HTTP it was drawn already whether a new trace is recorded; over stdio nobody has.
  if (!named && !http && authInfo) return undefined;
  const link = named && isRecorded(http) && trace.getSpanContext(http);
  const name = tool === undefined || tool === OTHER ? method : `${method} ${tool}`;
  const links = link && [{ context: link }];
  return tracing.start(name, { kind: SpanKind.SERVER, ...(links && { links }) }, named ?? http);
}

function endSpan(
  context: Context,
  { method, tool }: Observed,
  error: string | undefined,
  code: ErrorCode | undefined,
): void {
  const span = trace.getSpan(context);
  if (!span?.isRecording()) return;
  span.setAttributes({
    [ATTRIBUTES.mcpMethod]: method,
    [ATTRIBUTES.tool]: tool,
    [ATTRIBUTES.genAiOperation]: tool && 'execute_tool',
    [ATTRIBUTES.errorType]: error,
    [ATTRIBUTES.code]: code,
  });
  if (isFault(error, code)) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

/** Whether the service failed; a refusal is no failure of it, as over REST. */
function isFault(error: string | undefined, code: ErrorCode | undefined): boolean {
  if (code) return ERRORS[code].status >= LEAST_FAULT_STATUS;
  return error === OTHER || error === String(ProtocolErrorCode.InternalError);
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

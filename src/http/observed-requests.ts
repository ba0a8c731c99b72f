import { type Context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instruments } from '../observability/telemetry/instruments.ts';
import { ATTRIBUTES, OTHER } from '../observability/telemetry/names.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import { remoteParent } from '../observability/telemetry/trace-context.ts';
import type { Tracing } from '../observability/telemetry/tracing.ts';
import { PROBES } from './open-routes.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The span of the request; undefined where nothing is traced. */
    trace: Context | undefined;
  }
}

const MILLISECONDS = 1_000;
const LEAST_FAULT_STATUS = 500;
const SCHEME = 'http';
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** The caller hung up before it had its reply. */
const HUNG_UP = 'hung_up';

/** Measures every request, and traces all but probes: a span of its own, under that of the caller. */
export function observeRequests(app: FastifyInstance, { instruments, tracing }: Telemetry): void {
  app.decorateRequest('trace');
  app.addHook('onRequest', (request, reply, done) => {
    const began = performance.now();
    if (tracing) request.trace = startSpan(tracing, request);
    reply.raw.once('close', () => {
      const over = { request, reply, error: errorOf(request, reply), began };
      if (instruments) measure(instruments, over);
      if (request.trace) endSpan(request.trace, over);
    });
    done();
  });
}

/** A request that is over. */
interface Ended {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Why it failed, by a code of the error table where there is one. */
  readonly error: string | undefined;
  readonly began: number;
}

/** What a caller makes up, be it a method or a path, is never a label. */
function measure({ httpDuration }: Instruments, { request, reply, error, began }: Ended): void {
  const seconds = (performance.now() - began) / MILLISECONDS;
  const { url: route } = request.routeOptions;
  httpDuration.record(seconds, methodOf(request) ?? OTHER, route, statusOf(reply), SCHEME, error);
}

function errorOf({ failureCode }: FastifyRequest, reply: FastifyReply): string | undefined {
  const status = statusOf(reply);
  if (status === undefined) return HUNG_UP;
  return failureCode ?? (status >= LEAST_FAULT_STATUS ? String(status) : undefined);
}

/** The status that was sent; undefined where the caller did not wait for it. */
function statusOf({ raw, statusCode }: FastifyReply): number | undefined {
  return raw.writableFinished ? statusCode : undefined;
}

function methodOf({ method }: FastifyRequest): string | undefined {
  return METHODS.has(method) ? method : undefined;
}

function startSpan(tracing: Tracing, request: FastifyRequest): Context | undefined {
  const { url: route } = request.routeOptions;
  if (route !== undefined && PROBES.has(route)) return undefined;
  const { traceparent, tracestate } = request.headers;
  const method = methodOf(request) ?? 'HTTP';
  const name = route === undefined ? method : `${method} ${route}`;
  return tracing.start(name, { kind: SpanKind.SERVER }, remoteParent(traceparent, tracestate));
}

function endSpan(context: Context, { request, reply, error }: Ended): void {
  const span = trace.getSpan(context);
  if (!span?.isRecording()) return;
  const { url: route } = request.routeOptions;
  const status = statusOf(reply);
  span.setAttributes({
    [ATTRIBUTES.method]: methodOf(request) ?? OTHER,
    [ATTRIBUTES.route]: route,
    // No route has parameters: the path of one that there is can be told.
    [ATTRIBUTES.path]: route,
    [ATTRIBUTES.scheme]: SCHEME,
    [ATTRIBUTES.status]: status,
    [ATTRIBUTES.errorType]: error,
  });
  const failed = status === undefined || status >= LEAST_FAULT_STATUS;
  if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

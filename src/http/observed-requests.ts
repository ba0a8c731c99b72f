import {
  type Attributes,
  type Context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instruments } from '../observability/telemetry/instruments.ts';
import { ATTRIBUTES, OTHER } from '../observability/telemetry/names.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import { remoteParent } from '../observability/telemetry/trace-context.ts';
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
export function observeRequests(app: FastifyInstance, { instruments, tracer }: Telemetry): void {
  app.decorateRequest('trace');
  app.addHook('onRequest', (request, reply, done) => {
    const began = performance.now();
    if (tracer) request.trace = startSpan(tracer, request);
    reply.raw.once('close', () => {
      const labels = labelsOf(request, reply);
      if (instruments) measure(instruments, labels, began);
      if (request.trace) endSpan(request.trace, labels);
    });
    done();
  });
}

function measure({ httpDuration }: Instruments, labels: Attributes, began: number): void {
  httpDuration.record((performance.now() - began) / MILLISECONDS, labels);
}

/** What a caller makes up, be it a method or a path, is never a label. */
function labelsOf(request: FastifyRequest, { raw, statusCode }: FastifyReply): Attributes {
  const { url: route } = request.routeOptions;
  const code = raw.writableFinished ? request.failureCode : HUNG_UP;
  const fault = statusCode >= LEAST_FAULT_STATUS ? String(statusCode) : undefined;
  const error = code ?? fault;
  return {
    [ATTRIBUTES.method]: methodOf(request) ?? OTHER,
    ...(route !== undefined && { [ATTRIBUTES.route]: route }),
    ...(raw.writableFinished && { [ATTRIBUTES.status]: statusCode }),
    [ATTRIBUTES.scheme]: SCHEME,
    ...(error !== undefined && { [ATTRIBUTES.errorType]: error }),
  };
}

function methodOf({ method }: FastifyRequest): string | undefined {
  return METHODS.has(method) ? method : undefined;
}

function startSpan(tracer: Tracer, request: FastifyRequest): Context | undefined {
  const { url: route } = request.routeOptions;
  if (route !== undefined && PROBES.has(route)) return undefined;
  const { traceparent, tracestate } = request.headers;
  const parent = remoteParent(traceparent, tracestate) ?? ROOT_CONTEXT;
  const method = methodOf(request) ?? 'HTTP';
  const name = route === undefined ? method : `${method} ${route}`;
  return trace.setSpan(parent, tracer.startSpan(name, { kind: SpanKind.SERVER }, parent));
}

function endSpan(context: Context, labels: Attributes): void {
  const span = trace.getSpan(context);
  if (!span?.isRecording()) return;
  const { [ATTRIBUTES.route]: route, [ATTRIBUTES.status]: status } = labels;
  // No route has parameters: the path of one that there is can be told.
  span.setAttributes({ ...labels, ...(route !== undefined && { [ATTRIBUTES.path]: route }) });
  if (Number(status) >= LEAST_FAULT_STATUS) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

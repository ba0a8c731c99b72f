import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { listen } from './listen.ts';
import { waitFor } from './service-process.ts';

/** A value as OTLP's JSON has it. */
interface AnyValue {
  stringValue?: string;
  intValue?: number | string;
  doubleValue?: number;
  boolValue?: boolean;
  arrayValue?: { values: AnyValue[] };
}

interface KeyValue {
  key: string;
  value: AnyValue;
}

interface WireSpan {
  name: string;
  kind: number;
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: KeyValue[];
  links?: { traceId: string; spanId: string }[];
  status: { code?: number; message?: string };
}

/** A span that arrived. */
export interface ReceivedSpan {
  name: string;
  kind: 'SERVER' | 'CLIENT' | 'INTERNAL';
  traceId: string;
  spanId: string;
  parent: string | undefined;
  links: string[];
  status: 'UNSET' | 'OK' | 'ERROR';
  /** In milliseconds. */
  started: number;
  ended: number;
  attributes: Record<string, unknown>;
  resource: Record<string, unknown>;
}

/** A collector that keeps what it gets by OTLP over HTTP in JSON. */
export interface Collector {
  url: string;
  spans: ReceivedSpan[];
  /** The names of metrics that arrived, and the headers of each request. */
  metrics: Set<string>;
  requests: IncomingHttpHeaders[];
  /** What came in another form than JSON, as text. */
  bodies: string[];
  /** Waits for a span; it is the only one with this name in its trace. */
  span(name: string, traceId?: string): Promise<ReceivedSpan>;
  close(): Promise<void>;
}

const KINDS = ['INTERNAL', 'INTERNAL', 'SERVER', 'CLIENT'] as const;
const STATUS = ['UNSET', 'OK', 'ERROR'] as const;
const NANOSECONDS = 1e6;

/** Starts a collector. */
export async function startCollector(): Promise<Collector> {
  const spans: ReceivedSpan[] = [];
  const metrics = new Set<string>();
  const requests: IncomingHttpHeaders[] = [];
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const bytes = await readAll(request);
    requests.push(request.headers);
    const isJson = request.headers['content-type'] === 'application/json';
    if (!isJson) bodies.push(bytes);
    const body = isJson ? JSON.parse(bytes) : {};
    for (const { resource, scopeSpans } of body.resourceSpans ?? []) {
      for (const { spans: arrived } of scopeSpans) {
        spans.push(...arrived.map((span: WireSpan) => read(span, resource.attributes)));
      }
    }
    for (const { scopeMetrics } of body.resourceMetrics ?? []) {
      for (const { metrics: arrived } of scopeMetrics) {
        for (const { name } of arrived) metrics.add(name);
      }
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    spans,
    metrics,
    requests,
    bodies,
    span: (name, traceId) =>
      waitFor(() =>
        spans.find((span) => span.name === name && (!traceId || span.traceId === traceId)),
      ),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function read(span: WireSpan, resource: KeyValue[]): ReceivedSpan {
  return {
    name: span.name,
    kind: KINDS[span.kind] ?? 'INTERNAL',
    traceId: span.traceId,
    spanId: span.spanId,
    parent: span.parentSpanId || undefined,
    links: (span.links ?? []).map(({ spanId }) => spanId),
    status: STATUS[span.status.code ?? 0] ?? 'UNSET',
    started: Number(span.startTimeUnixNano) / NANOSECONDS,
    ended: Number(span.endTimeUnixNano) / NANOSECONDS,
    attributes: readAttributes(span.attributes),
    resource: readAttributes(resource),
  };
}

function readAttributes(attributes: KeyValue[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, readValue(value)]));
}

function readValue({
  stringValue,
  intValue,
  doubleValue,
  boolValue,
  arrayValue,
}: AnyValue): unknown {
  if (intValue !== undefined) return Number(intValue);
  return stringValue ?? doubleValue ?? boolValue ?? arrayValue?.values.map(readValue);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

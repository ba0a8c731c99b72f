import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto';
import type { TelemetrySettings } from './settings.ts';

type Protocol = Pick<TelemetrySettings, 'OTEL_EXPORTER_OTLP_PROTOCOL'>;

/** What sends metrics to a collector, in the protocol that is wanted. */
export function metricExporter({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }: Protocol, url: string) {
  return protocol === 'http/json' ? new JsonMetrics({ url }) : new ProtobufMetrics({ url });
}

/** What sends traces to a collector, in the protocol that is wanted. */
export function traceExporter({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }: Protocol, url: string) {
  return protocol === 'http/json' ? new JsonTraces({ url }) : new ProtobufTraces({ url });
}

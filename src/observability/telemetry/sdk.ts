import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources';
import {
  MeterProvider,
  type MetricProducer,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { AlwaysOnSampler, BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import { VERSION } from '../../version.ts';
import { SERVICE } from '../logger.ts';
import { logDiagnostics } from './diagnostics.ts';
import { metricExporter, traceExporter } from './exporters.ts';
import { createInstruments } from './instruments.ts';
import { listenForScrapes } from './metrics-listener.ts';
import { observeProcess } from './process-metrics.ts';
import { PrometheusReader } from './prometheus-reader.ts';
import { createSampler } from './sampler.ts';
import { SeriesProducer } from './series-producer.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Telemetry } from './telemetry.ts';
import { createTracing } from './tracing.ts';

/** How long the end of the service waits for a collector. */
const LAST_WORDS_MS = 2_000;

/** Where a collector takes what; undefined for what is not sent. */
export interface Collector {
  readonly traces: string | undefined;
  readonly metrics: string | undefined;
}

/** Starts OpenTelemetry's SDK; nothing else loads it. */
export async function startSdk(
  settings: TelemetrySettings,
  collector: Collector,
  log: Logger,
): Promise<Telemetry> {
  const endDiagnostics = logDiagnostics(log);
  const resource = describeService(settings);
  const traces = collector.traces
    ? tracerProvider(settings, collector.traces, resource)
    : undefined;
  const metrics = await startMetrics(settings, collector.metrics, resource);
  return {
    instruments: metrics?.instruments,
    tracing: traces && createTracing(traces.getTracer(SERVICE, VERSION), createSampler(settings)),
    metricsUrl: metrics?.url,
    close: async () => {
      const sent = Promise.allSettled([traces?.shutdown(), metrics?.shutdown()]);
      await Promise.race([sent, after(LAST_WORDS_MS)]);
      await metrics?.close();
      endDiagnostics();
    },
  };
}

/** Instruments, and who reads them: a listener, a collector, or both. */
async function startMetrics(
  settings: TelemetrySettings,
  collectorUrl: string | undefined,
  resource: Resource,
) {
  const { METRICS_PORT: port, METRICS_HOST: host } = settings;
  if (port === undefined && !collectorUrl) return undefined;
  const producer = new SeriesProducer(resource);
  const prometheus = new PrometheusReader(producer);
  const listener =
    port === undefined
      ? undefined
      : await listenForScrapes({ host, port }, () => prometheus.read());
  const readers = [
    ...(listener ? [prometheus] : []),
    ...(collectorUrl ? [periodicReader(settings, collectorUrl, producer)] : []),
  ];
  const provider = new MeterProvider({ resource, readers });
  const instruments = createInstruments(provider.getMeter(SERVICE, VERSION));
  producer.produce(instruments);
  const endProcess = observeProcess(instruments);
  return {
    instruments,
    url: listener?.url,
    shutdown: () => provider.shutdown(),
    close: async () => {
      endProcess();
      await listener?.close();
    },
  };
}

function periodicReader(settings: TelemetrySettings, url: string, producer: MetricProducer) {
  const { OTEL_METRIC_EXPORT_INTERVAL: interval, OTEL_METRIC_EXPORT_TIMEOUT: timeout } = settings;
  return new PeriodicExportingMetricReader({
    exporter: metricExporter(settings, url),
    metricProducers: [producer],
    exportIntervalMillis: interval,
    exportTimeoutMillis: Math.min(timeout, interval),
  });
}

function tracerProvider(settings: TelemetrySettings, url: string, resource: Resource) {
  const { OTEL_BSP_MAX_QUEUE_SIZE: maxQueueSize, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: most } = settings;
  const processor = new BatchSpanProcessor({
    exporter: traceExporter(settings, url),
    scheduledDelayMillis: settings.OTEL_BSP_SCHEDULE_DELAY,
    exportTimeoutMillis: settings.OTEL_BSP_EXPORT_TIMEOUT,
    maxQueueSize,
    maxExportBatchSize: Math.min(most, maxQueueSize),
  });
  return new TracerProvider({
    resource,
    // What is not to be recorded is not begun.
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
  });
}

/** What is the same of all that is told; OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME come last. */
function describeService(settings: TelemetrySettings): Resource {
  const ours = resourceFromAttributes({
    'service.name': SERVICE,
    'service.version': VERSION,
    'deployment.environment.name': settings.ENVIRONMENT,
  });
  const named = resourceFromAttributes(
    settings.OTEL_SERVICE_NAME ? { 'service.name': settings.OTEL_SERVICE_NAME } : {},
  );
  const detected = detectResources({ detectors: [serviceInstanceIdDetector, envDetector] });
  return defaultResource().merge(ours).merge(detected).merge(named);
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, milliseconds));
}

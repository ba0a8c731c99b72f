import type { Logger } from 'pino';
import { droppedLines } from '../logger.ts';
import { type Instruments, observe } from './instruments.ts';
import type { TelemetrySettings } from './settings.ts';
import type { Tracing } from './tracing.ts';

/** Metrics and traces, as far as they are wanted. */
export interface Telemetry {
  readonly instruments: Instruments | undefined;
  readonly tracing: Tracing | undefined;
  /** Where Prometheus reads; undefined without a listener. */
  readonly metricsUrl: string | undefined;
  /** Sends what is left, for a bounded time, and closes the listener. */
  close(): Promise<void>;
}

/**
 * Starts what the settings ask for; undefined where they ask for nothing, and then OpenTelemetry's
 * SDK is not even loaded. Throws StartError for a port that is taken.
 */
export async function openTelemetry(
  settings: TelemetrySettings,
  log: Logger,
): Promise<Telemetry | undefined> {
  if (settings.OTEL_SDK_DISABLED) return undefined;
  const { METRICS_PORT: port, OTEL_EXPORTER_OTLP_ENDPOINT: base } = settings;
  const traces =
    settings.OTEL_TRACES_EXPORTER === 'otlp' &&
    urlFor('traces', base, settings.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  const metrics =
    settings.OTEL_METRICS_EXPORTER === 'otlp' &&
    urlFor('metrics', base, settings.OTEL_EXPORTER_OTLP_METRICS_ENDPOINT);
  if (port === undefined && !traces && !metrics) return undefined;
  const { startSdk } = await import('./sdk.ts');
  const telemetry = await startSdk(
    settings,
    { traces: traces || undefined, metrics: metrics || undefined },
    log,
  );
  if (telemetry.instruments) observe(telemetry.instruments.droppedLines, () => droppedLines(log));
  if (telemetry.metricsUrl) log.info(`Metrics are at ${telemetry.metricsUrl}`);
  return telemetry;
}

function urlFor(signal: string, base: string | undefined, own: string | undefined) {
  return own ?? (base && `${base.replace(/\/$/, '')}/v1/${signal}`);
}

/** What OpenTelemetry's standard variables and ours say, read and checked. */
export interface TelemetrySettings {
  readonly ENVIRONMENT: string;
  readonly METRICS_HOST: string;
  readonly METRICS_PORT?: number | undefined;
  readonly OTEL_SDK_DISABLED: boolean;
  readonly OTEL_SERVICE_NAME?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_TRACES_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_METRICS_ENDPOINT?: string | undefined;
  readonly OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' | 'http/json';
  readonly OTEL_TRACES_EXPORTER: 'otlp' | 'none';
  readonly OTEL_METRICS_EXPORTER: 'otlp' | 'none';
  readonly OTEL_TRACES_SAMPLER: string;
  readonly OTEL_TRACES_SAMPLER_ARG?: number | undefined;
  readonly OTEL_BSP_SCHEDULE_DELAY: number;
  readonly OTEL_BSP_EXPORT_TIMEOUT: number;
  readonly OTEL_BSP_MAX_QUEUE_SIZE: number;
  readonly OTEL_BSP_MAX_EXPORT_BATCH_SIZE: number;
  readonly OTEL_METRIC_EXPORT_INTERVAL: number;
  readonly OTEL_METRIC_EXPORT_TIMEOUT: number;
}

import { z } from 'zod';
import { flag, integer, wholeNumber } from './fields.ts';

const LONGEST_MS = 3_600_000;

const endpoint = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).optional();

const exporter = z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).default('otlp');

const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const RATIO_RULE = 'must be a number from 0 to 1';

const ratio = z
  .string()
  .regex(/^(0|1|0?\.\d{1,15}|1\.0{1,15})$/, RATIO_RULE)
  .transform(Number)
  .optional();

/** The settings of metrics and traces, by OpenTelemetry's names but for the listener's. */
export const telemetrySettings = {
  METRICS_PORT: wholeNumber(0, 65_535)
    .optional()
    .describe('Port of a separate listener with /metrics for Prometheus; empty for none.'),
  METRICS_HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address of that listener, which requires no key.'),
  OTEL_SDK_DISABLED: flag(false).describe('Turn off metrics and traces, whatever else is set.'),
  OTEL_SERVICE_NAME: z
    .string()
    .optional()
    .describe('Name of the service in metrics and traces; by default dynamodb-mcp-server.'),
  OTEL_RESOURCE_ATTRIBUTES: z
    .string()
    .optional()
    .describe('More attributes of the service, as key=value, comma separated.'),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint.describe(
    'Collector for traces and metrics by OTLP over HTTP, as in http://localhost:4318; empty for none.',
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint.describe('The whole URL for traces alone.'),
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint.describe('The whole URL for metrics alone.'),
  OTEL_EXPORTER_OTLP_PROTOCOL: z
    .enum(['http/protobuf', 'http/json'], { error: 'must be http/protobuf or http/json' })
    .default('http/json')
    .describe('The protocol to the collector, or http/protobuf.'),
  OTEL_EXPORTER_OTLP_HEADERS: z
    .string()
    .optional()
    .describe('Headers for the collector, as key=value, comma separated.'),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(1, LONGEST_MS, 10_000).describe(
    'Milliseconds for a request to the collector.',
  ),
  OTEL_TRACES_EXPORTER: exporter.describe('`none` for no traces, even with a collector.'),
  OTEL_METRICS_EXPORTER: exporter.describe('`none` for no metrics to the collector.'),
  OTEL_TRACES_SAMPLER: z
    .enum(SAMPLERS, { error: `must be one of ${SAMPLERS.join(', ')}` })
    .default('parentbased_traceidratio')
    .describe('Which traces are recorded.'),
  OTEL_TRACES_SAMPLER_ARG: ratio.describe(
    'Share of the traces for `traceidratio`; if empty, 0.1 where ENVIRONMENT is production, else 1.',
  ),
  OTEL_BSP_SCHEDULE_DELAY: integer(1, LONGEST_MS, 5_000).describe(
    'Milliseconds between two exports of spans.',
  ),
  OTEL_BSP_EXPORT_TIMEOUT: integer(1, LONGEST_MS, 30_000).describe(
    'Milliseconds for an export of spans.',
  ),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(1, 100_000, 2_048).describe(
    'Most spans that may wait for export; more are dropped.',
  ),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(1, 100_000, 512).describe('Most spans of one export.'),
  OTEL_METRIC_EXPORT_INTERVAL: integer(1, LONGEST_MS, 60_000).describe(
    'Milliseconds between two exports of metrics to the collector.',
  ),
  OTEL_METRIC_EXPORT_TIMEOUT: integer(1, LONGEST_MS, 30_000).describe(
    'Milliseconds for an export of metrics.',
  ),
};

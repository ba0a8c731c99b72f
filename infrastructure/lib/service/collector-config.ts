/** Where the collector takes traces and metrics: only from its own task, whose network is its own. */
const OTLP_ADDRESS = '127.0.0.1:4318';
export const OTLP_ENDPOINT = `http://${OTLP_ADDRESS}`;

/** MiB that the collector's heap may have before it takes nothing more. */
const MOST_HEAP_MIB = 160;

/** Metrics and what they are kept apart by; each combination is a metric that CloudWatch bills. */
const METRICS: Record<string, string[]> = {
  'mcp\\.server\\.operation\\.duration': ['gen_ai.tool.name'],
  'http\\.server\\.request\\.duration': ['http.route', 'http.response.status_code'],
  'db\\.client\\.operation\\.duration': ['db.collection.name', 'db.operation.name'],
  'dynamodb_mcp\\.tool\\.calls': ['tool', 'code'],
  'dynamodb_mcp\\.consumed_capacity': ['table', 'kind'],
};

/** The configuration of the collector: OTLP in, traces to X-Ray, metrics to CloudWatch by a log group. */
export function collectorConfig({ region, logGroup }: { region: string; logGroup: string }) {
  return {
    extensions: { health_check: {} },
    receivers: { otlp: { protocols: { http: { endpoint: OTLP_ADDRESS } } } },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: MOST_HEAP_MIB, spike_limit_mib: 32 },
      // Names the task, which is the name of the log stream.
      resourcedetection: { detectors: ['env', 'ecs'] },
      batch: { timeout: '5s' },
    },
    exporters: {
      awsxray: { region },
      awsemf: {
        region,
        namespace: 'DynamodbMcp/Telemetry',
        log_group_name: logGroup,
        log_stream_name: '{TaskId}',
        dimension_rollup_option: 'NoDimensionRollup',
        metric_declarations: Object.entries(METRICS).map(([name, dimensions]) => ({
          metric_name_selectors: [`^${name}$`],
          dimensions: [dimensions],
        })),
      },
    },
    service: {
      telemetry: { logs: { level: 'warn' } },
      extensions: ['health_check'],
      pipelines: {
        traces: pipeline('awsxray'),
        metrics: pipeline('awsemf'),
      },
    },
  };
}

function pipeline(exporter: string) {
  return {
    receivers: ['otlp'],
    processors: ['memory_limiter', 'resourcedetection', 'batch'],
    exporters: [exporter],
  };
}

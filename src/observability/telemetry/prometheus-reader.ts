import { PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { type MetricData, type MetricProducer, MetricReader } from '@opentelemetry/sdk-metrics';

/** What the users of Prometheus call our units; those in braces are none. */
const UNITS: Record<string, string> = { s: '_seconds', By: '_bytes', '1': '_ratio' };

/** Metrics as the text that Prometheus reads. */
export class PrometheusReader extends MetricReader {
  readonly #serializer = new PrometheusSerializer(undefined, false, undefined, false, true);
  #running: Promise<string> | undefined;

  constructor(producer: MetricProducer) {
    super({ metricProducers: [producer] });
  }

  /** The metrics now; who asks while they are collected gets the same. */
  read(): Promise<string> {
    this.#running ??= this.#collect().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}

  async #collect(): Promise<string> {
    const { resourceMetrics } = await this.collect();
    const scopeMetrics = resourceMetrics.scopeMetrics.map(({ scope, metrics }) => ({
      scope,
      metrics: metrics.map(withUnit),
    }));
    return `${this.#serializer.serialize({ ...resourceMetrics, scopeMetrics }).trimEnd()}\n`;
  }
}

/** The exporter names metrics without their units, which Prometheus wants in the names. */
function withUnit(metric: MetricData): MetricData {
  const { descriptor } = metric;
  const name = descriptor.name + (UNITS[descriptor.unit] ?? '');
  return { ...metric, descriptor: { ...descriptor, name, unit: '' } };
}

import { INSTRUMENTS } from '../../src/observability/telemetry/instruments.ts';

const SUFFIXES: Record<string, string> = { s: '_seconds', By: '_bytes', '1': '_ratio' };
const COUNTERS = new Set(['counter', 'observableCounter']);

const asLabel = (name: string) => name.replaceAll('.', '_');

/** The metrics of the service as Prometheus reads them, with their labels; of histograms, the names without a suffix. */
export const METRIC_LABELS: Record<string, readonly string[]> = Object.fromEntries(
  Object.values(INSTRUMENTS).map(({ kind, name, unit, labels }): [string, string[]] => [
    `${asLabel(name)}${SUFFIXES[unit] ?? ''}${COUNTERS.has(kind) ? '_total' : ''}`,
    labels.map(asLabel),
  ]),
);

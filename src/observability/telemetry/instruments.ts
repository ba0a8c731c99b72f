import type {
  Meter,
  Observable,
  ObservableCounter,
  ObservableGauge,
  ObservableUpDownCounter,
} from '@opentelemetry/api';
import { LabelledCounter, LabelledHistogram } from './series.ts';

/** Calls take 1 ms to 10 s; seconds. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

type Kind = 'histogram' | 'counter' | 'observableCounter' | 'gauge' | 'upDownCounter';

interface InstrumentRow {
  readonly kind: Kind;
  readonly name: string;
  readonly unit: string;
  /** The attributes of its series. */
  readonly labels: readonly string[];
  readonly description: string;
}

/** Every metric of the service; docs/observability.md follows it. */
export const INSTRUMENTS = {
  httpDuration: {
    kind: 'histogram',
    name: 'http.server.request.duration',
    unit: 's',
    labels: [
      'http.request.method',
      'http.route',
      'http.response.status_code',
      'url.scheme',
      'error.type',
    ],
    description: 'Time from the head of a request to the end of its reply.',
  },
  mcpDuration: {
    kind: 'histogram',
    name: 'mcp.server.operation.duration',
    unit: 's',
    labels: ['mcp.method.name', 'gen_ai.tool.name', 'error.type'],
    description: 'Time that an MCP request took.',
  },
  storageDuration: {
    kind: 'histogram',
    name: 'db.client.operation.duration',
    unit: 's',
    labels: ['db.system.name', 'db.operation.name', 'db.collection.name', 'error.type'],
    description: 'Time that an operation of DynamoDB took, its retries included.',
  },
  toolCalls: {
    kind: 'counter',
    name: 'dynamodb_mcp.tool.calls',
    unit: '{call}',
    labels: ['tool', 'transport', 'code'],
    description: 'Tool calls that ended, by the code of the error table, or ok.',
  },
  refusals: {
    kind: 'counter',
    name: 'dynamodb_mcp.refused.calls',
    unit: '{call}',
    labels: ['code', 'role', 'api_key'],
    description: 'Tool calls that a limit or the policy refused.',
  },
  capacity: {
    kind: 'counter',
    name: 'dynamodb_mcp.consumed_capacity',
    unit: '{unit}',
    labels: ['table', 'kind'],
    description: 'Consumed capacity: read and write units, and bytes of searched vectors.',
  },
  retries: {
    kind: 'counter',
    name: 'dynamodb_mcp.storage.retries',
    unit: '{retry}',
    labels: ['operation', 'table', 'reason'],
    description: 'Retries at DynamoDB, throttled or for another reason.',
  },
  inFlight: {
    kind: 'upDownCounter',
    name: 'dynamodb_mcp.storage.in_flight',
    unit: '{call}',
    labels: [],
    description: 'Operations at DynamoDB now.',
  },
  queued: {
    kind: 'upDownCounter',
    name: 'dynamodb_mcp.storage.queued',
    unit: '{call}',
    labels: [],
    description: 'Operations that wait for a place now.',
  },
  droppedLines: {
    kind: 'observableCounter',
    name: 'dynamodb_mcp.log.dropped_lines',
    unit: '{line}',
    labels: [],
    description: 'Log lines that were dropped while nobody took them.',
  },
  delayMin: delay('min', 'Least'),
  delayMax: delay('max', 'Greatest'),
  delayMean: delay('mean', 'Mean'),
  delayP50: delay('p50', 'Median'),
  delayP90: delay('p90', '90th percentile of the'),
  delayP99: delay('p99', '99th percentile of the'),
  utilization: {
    kind: 'gauge',
    name: 'nodejs.eventloop.utilization',
    unit: '1',
    labels: [],
    description: 'Share of the time in which the event loop was busy since it was last asked.',
  },
  cpuTime: {
    kind: 'observableCounter',
    name: 'process.cpu.time',
    unit: 's',
    labels: ['cpu.mode'],
    description: 'CPU time of the process.',
  },
  memory: {
    kind: 'upDownCounter',
    name: 'process.memory.usage',
    unit: 'By',
    labels: [],
    description: 'Resident memory of the process.',
  },
  heapUsed: {
    kind: 'upDownCounter',
    name: 'v8js.memory.heap.used',
    unit: 'By',
    labels: ['v8js.heap.space.name'],
    description: 'Used memory of the heap.',
  },
  heapLimit: {
    kind: 'upDownCounter',
    name: 'v8js.memory.heap.limit',
    unit: 'By',
    labels: ['v8js.heap.space.name'],
    description: 'Memory that the heap has set aside.',
  },
} as const satisfies Record<string, InstrumentRow>;

function delay<Name extends string>(name: Name, words: string) {
  return {
    kind: 'gauge',
    name: `nodejs.eventloop.delay.${name}`,
    unit: 's',
    labels: [],
    description: `${words} delay of the event loop since it was last asked.`,
  } as const;
}

type Table = typeof INSTRUMENTS;

/** What rows of each kind stand for; what is counted in every request is counted here. */
interface Instrument<Labels extends readonly string[]> {
  histogram: LabelledHistogram<Labels>;
  counter: LabelledCounter<Labels>;
  observableCounter: ObservableCounter;
  gauge: ObservableGauge;
  upDownCounter: ObservableUpDownCounter;
}

/** The instruments by their keys in the table. */
export type Instruments = {
  readonly [Key in keyof Table]: Instrument<Table[Key]['labels']>[Table[Key]['kind']];
} & { readonly meter: Meter };

/** Makes every instrument of the table. */
export function createInstruments(meter: Meter): Instruments {
  const made = Object.entries(INSTRUMENTS).map(([key, row]) => [key, create(meter, row)]);
  // The table's keys with what their kinds stand for.
  return { ...Object.fromEntries(made), meter } as Instruments;
}

function create(meter: Meter, { kind, name, unit, labels, description }: InstrumentRow) {
  const options = { unit, description };
  switch (kind) {
    case 'histogram':
      return new LabelledHistogram(labels, SECONDS);
    case 'counter':
      return new LabelledCounter(labels);
    case 'observableCounter':
      return meter.createObservableCounter(name, options);
    case 'gauge':
      return meter.createObservableGauge(name, options);
    case 'upDownCounter':
      return meter.createObservableUpDownCounter(name, options);
  }
}

/** Tells a number whenever metrics are collected. */
export function observe(observable: Observable, tell: () => number): void {
  observable.addCallback((result) => result.observe(tell()));
}

import autocannon from 'autocannon';

/** A request of a benchmark; `make` varies it, so that nothing can be cached. */
export interface LoadRequest {
  path: string;
  headers?: Record<string, string>;
  make(n: number): unknown;
}

/** What a load did, latencies in milliseconds. */
export interface LoadResult {
  requests: number;
  failures: number;
  perSecond: number;
  p50: number;
  p99: number;
}

/** Sends so many requests over so many connections. */
export async function load(
  url: string,
  request: LoadRequest,
  connections: number,
  amount: number,
): Promise<LoadResult> {
  let n = 0;
  let last = 0;
  const times: number[] = [];
  const started = performance.now();
  const result = await autocannon({
    url: url + request.path,
    connections,
    amount,
    // autocannon itself counts in whole milliseconds, and ends at a whole second.
    setupClient: (client) => {
      client.on('response', (_status, _bytes, milliseconds) => {
        last = performance.now();
        times.push(milliseconds);
      });
    },
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...request.headers },
        setupRequest: (options) => ({ ...options, body: JSON.stringify(request.make(n++)) }),
      },
    ],
  });
  times.sort((a, b) => a - b);
  return {
    requests: result['2xx'],
    failures: result.non2xx + result.errors + result.timeouts,
    perSecond: times.length / ((last - started) / 1000),
    p50: percentile(times, 0.5),
    p99: percentile(times, 0.99),
  };
}

/** Of sorted values, the least that so large a part of them does not exceed. */
function percentile(sorted: number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle of an odd number of measurements, or of an even number the upper middle. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

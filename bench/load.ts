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
  const result = await autocannon({
    url: url + request.path,
    connections,
    amount,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...request.headers },
        setupRequest: (options) => ({ ...options, body: JSON.stringify(request.make(n++)) }),
      },
    ],
  });
  return {
    requests: result['2xx'],
    failures: result.non2xx + result.errors + result.timeouts,
    perSecond: amount / ((result.finish.getTime() - result.start.getTime()) / 1000),
    p50: result.latency.p50,
    p99: result.latency.p99,
  };
}

/** The middle of an odd number of measurements, or of an even number the upper middle. */
export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

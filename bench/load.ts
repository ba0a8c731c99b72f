import { Connection } from './connection.ts';

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

/** Who calls gives up on an answer that takes longer. */
const PATIENCE_MS = 10_000;

/** Connections by server, kept, so that no load begins with connecting. */
const connectionsTo = new Map<string, Connection[]>();

function openConnections(url: string, amount: number): Connection[] {
  const open = (connectionsTo.get(url) ?? []).filter(({ closed }) => !closed);
  while (open.length < amount) open.push(new Connection(new URL(url)));
  connectionsTo.set(url, open);
  return open.slice(0, amount);
}

/** Sends so many requests over so many connections, on each the next after the answer. */
export async function load(
  url: string,
  { path, headers, make }: LoadRequest,
  connections: number,
  amount: number,
): Promise<LoadResult> {
  const { host } = new URL(url);
  const head = Object.entries({ host, 'content-type': 'application/json', ...headers })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  const times: number[] = [];
  let sent = 0;
  let failures = 0;
  const sendOneByOne = async (connection: Connection) => {
    while (sent < amount) {
      const body = JSON.stringify(make(sent++));
      const length = `content-length: ${Buffer.byteLength(body)}`;
      const begun = performance.now();
      const status = await connection.send(
        `POST ${path} HTTP/1.1\r\n${head}${length}\r\n\r\n${body}`,
      );
      const time = performance.now() - begun;
      if (status === 200 && time < PATIENCE_MS) times.push(time);
      else failures++;
    }
  };
  const started = performance.now();
  await Promise.all(openConnections(url, connections).map(sendOneByOne));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  return {
    requests: times.length,
    failures,
    perSecond: times.length / seconds,
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

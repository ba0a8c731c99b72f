import { cpus, release } from 'node:os';
import type { LoadResult } from './load.ts';

/** What was measured of one operation, medians over rounds. */
export interface OperationReport {
  operation: string;
  /** CPU time a request, by what was measured. */
  microseconds: Record<string, number>;
  /** The service's CPU time by that of the others. */
  ratios: Record<string, number>;
  /** By server and connections. */
  latencies: Record<string, LoadResult>;
}

/** The machine and the versions, as a line. */
export function describeMachine(): string {
  return `${cpus()[0]?.model} × ${cpus().length}, Linux ${release()}, Node ${process.version}`;
}

/** The report as Markdown. */
export function renderReport(
  report: { backend: string; rounds: number; reports: OperationReport[] },
  peakMegabytes: Record<string, number>,
): string {
  const names = Object.keys(report.reports[0]?.microseconds ?? {});
  const ratios = Object.keys(report.reports[0]?.ratios ?? {});
  const lines = [
    `${describeMachine()}, ${report.rounds} rounds, ${report.backend}`,
    '',
    'CPU microseconds a request, and the ratio of the service to others:',
    '',
    ...table(
      ['operation', ...names, ...ratios.map((name) => `service/${name}`)],
      report.reports.map(({ operation, microseconds, ratios: found }) => [
        operation,
        ...names.map((name) => microseconds[name]),
        ...ratios.map((name) => found[name]),
      ]),
    ),
    '',
    ...table(
      ['operation', 'server, connections', 'requests/s', 'p50 ms', 'p99 ms', 'failures'],
      report.reports.flatMap(({ operation, latencies }) =>
        Object.entries(latencies).map(([name, result]) => [
          operation,
          name,
          Math.round(result.perSecond),
          result.p50.toFixed(1),
          result.p99.toFixed(1),
          result.failures,
        ]),
      ),
    ),
    '',
    `Peak resident memory after all of it, MB: ${JSON.stringify(peakMegabytes)}`,
  ];
  return `${lines.join('\n')}\n`;
}

function table(head: string[], rows: (string | number | undefined)[][]): string[] {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
}

import { readFileSync } from 'node:fs';
import path from 'node:path';

/** What cdk-nag and CDK's own rules report, warnings too; empty when nothing is wrong. */
export function findingsIn(outdir: string): string[] {
  const report = readFileSync(path.join(outdir, 'validation-report.json'), 'utf8');
  return JSON.parse(report).pluginReports.flatMap(
    ({ violations }: { violations: { ruleName: string }[] }) =>
      violations.map(({ ruleName }) => ruleName),
  );
}

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test, vi } from 'vitest';
import { createApp } from '../lib/app.ts';
import { VARIANTS } from './support/variants.ts';

/** What cdk-nag and CDK's own rules report, warnings too; empty when nothing is wrong. */
function findings(context: Record<string, string>, change: (stack: Stack) => void = () => {}) {
  const outdir = mkdtempSync(path.join(tmpdir(), 'findings-'));
  const silence = vi.spyOn(console, 'error').mockReturnValue(undefined);
  try {
    const app = createApp({ context, outdir });
    change(app.node.findChild('DynamodbMcpStorage') as Stack);
    try {
      app.synth();
    } catch {
      // The report says why.
    }
    const report = readFileSync(path.join(outdir, 'validation-report.json'), 'utf8');
    return JSON.parse(report).pluginReports.flatMap(
      ({ violations }: { violations: { ruleName: string }[] }) =>
        violations.map(({ ruleName }) => ruleName),
    );
  } finally {
    silence.mockRestore();
    rmSync(outdir, { recursive: true });
  }
}

test.each(Object.entries(VARIANTS))(
  'cdk-nag has no open finding, nor has CDK: %s',
  (_name, context) => {
    expect(findings(context)).toEqual([]);
  },
);

test('cdk-nag finds what nobody acknowledged', () => {
  const found = findings({}, (stack) => new Bucket(stack, 'Careless'));

  expect(found).toContain('AwsSolutions-S1');
  expect(found).toContain('AwsSolutions-S10');
});

test('properties that CloudFormation would refuse are refused here', () => {
  const found = findings({}, (stack) => new CfnLogGroup(stack, 'Wrong', { retentionInDays: 91 }));

  expect(found).toEqual([expect.stringContaining('W3030')]);
});

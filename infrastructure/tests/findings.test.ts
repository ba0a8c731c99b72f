import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test, vi } from 'vitest';
import { createApp } from '../lib/app.ts';
import { findingsIn } from './support/findings.ts';
import { synthesisOf } from './support/stacks.ts';
import { VARIANTS } from './support/variants.ts';

/** What is found in the stacks once something careless is in the first of them. */
function findingsWith(change: (stack: Stack) => void): string[] {
  const outdir = mkdtempSync(path.join(tmpdir(), 'findings-'));
  const silence = vi.spyOn(console, 'error').mockReturnValue(undefined);
  try {
    const app = createApp({ outdir });
    const [storage] = app.node.children.filter(Stack.isStack);
    if (storage) change(storage);
    try {
      app.synth();
    } catch {
      // The report says why.
    }
    return findingsIn(outdir);
  } finally {
    silence.mockRestore();
    rmSync(outdir, { recursive: true });
  }
}

test.each(Object.keys(VARIANTS))('cdk-nag has no open finding, nor has CDK: %s', (variant) => {
  expect(synthesisOf(variant).findings).toEqual([]);
});

test('cdk-nag finds what nobody acknowledged', () => {
  const found = findingsWith((stack) => new Bucket(stack, 'Careless'));

  expect(found).toContain('AwsSolutions-S1');
  expect(found).toContain('AwsSolutions-S10');
});

test('properties that CloudFormation would refuse are refused here', () => {
  const found = findingsWith((stack) => new CfnLogGroup(stack, 'Wrong', { retentionInDays: 91 }));

  expect(found).toEqual([expect.stringContaining('W3030')]);
});

import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const SCRIPT = path.join(import.meta.dirname, '../scripts/check-service');
const folder = mkdtempSync(path.join(tmpdir(), 'check-service-'));
const calls = path.join(folder, 'calls');

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the script with a client of AWS that gives these answers, by what the call begins with. */
async function checkService(answers: Record<string, string>) {
  const cases = Object.entries(answers).map(
    ([call, answer]) => `*"${call}"*) printf '%s\n' '${answer}' ;;`,
  );
  const client = ['#!/bin/sh', `echo "$*" >>'${calls}'`, 'case "$*" in', ...cases, 'esac'];
  writeFileSync(path.join(folder, 'aws'), client.join('\n'));
  chmodSync(path.join(folder, 'aws'), 0o755);
  writeFileSync(calls, '');
  const { PATH } = process.env;
  const run = promisify(execFile)(SCRIPT, ['DynamodbMcpService'], {
    env: { PATH: `${folder}:${PATH}` },
  });
  const { code, stdout, stderr } = await run.then(
    (output) => ({ code: 0, ...output }),
    (error) => error,
  );
  return { code, stdout, stderr, calls: readFileSync(calls, 'utf8') };
}

const INTERNAL = {
  "OutputKey=='CheckTaskDefinition'": 'arn:aws:ecs:eu-central-1:1:task-definition/check:1',
  "OutputKey=='CheckSubnets'": 'subnet-a,subnet-b',
  "OutputKey=='CheckSecurityGroup'": 'sg-a',
  "OutputKey=='ClusterName'": 'cluster',
  'ecs run-task': 'arn:aws:ecs:eu-central-1:1:task/cluster/0123',
  'ecs describe-task-definition': '/dynamodb-mcp/service',
  'logs filter-log-events': 'what the check printed',
};

test('an internal service is called by a task in its VPC, whose exit code counts', async () => {
  const good = await checkService({ ...INTERNAL, 'ecs describe-tasks': '0 Essential' });
  const bad = await checkService({ ...INTERNAL, 'ecs describe-tasks': '1 Essential' });
  const lost = await checkService({ ...INTERNAL, 'ecs describe-tasks': 'None CannotPull' });

  expect([good.code, bad.code, lost.code]).toEqual([0, 1, 1]);
  expect(good.stdout).toContain('what the check printed');
  expect(lost.stdout).toContain('The check ended with None: CannotPull');
  expect(good.calls).toContain(
    'awsvpcConfiguration={subnets=[subnet-a,subnet-b],securityGroups=[sg-a],assignPublicIp=DISABLED}',
  );
  expect(good.calls).toContain('--log-stream-names check/check/0123');
});

test('a task that was not started fails the check', async () => {
  const { code, stderr } = await checkService({ ...INTERNAL, 'ecs run-task': 'None' });

  expect([code, stderr]).toEqual([1, expect.stringContaining('was not started')]);
});

test('a public service is called from here, with the key of the release', async () => {
  const { code, stderr, calls } = await checkService({
    "OutputKey=='ReleaseKeySecretArn'": 'arn:of-the-key',
    'secretsmanager get-secret-value': 'key',
    "OutputKey=='ServiceUrl'": 'https://dynamodb.example.com:1',
    "OutputKey=='LoadBalancerDnsName'": '127.0.0.1',
  });

  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/dynamodb\.example\.com:1 cannot be reached: .*127\.0\.0\.1:1/),
  ]);
  expect(calls).toContain('--secret-id arn:of-the-key');
  expect(calls).toContain('--stack-name DynamodbMcpStorage');
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ENVIRONMENT, parseConfig } from '../../src/config.ts';
import { environment } from '../lib/service/environment.ts';
import { type Stacks, stacksOf } from './support/stacks.ts';
import { container, KEYS, OPTIONS, task } from './support/task.ts';

const variables = (stacks: Stacks): Record<string, unknown> =>
  Object.fromEntries(
    container(stacks).Environment.map(({ Name, Value }: Record<string, string>) => [Name, Value]),
  );

test('the container can change nothing and loses no line', () => {
  expect(container(stacksOf('default'))).toMatchObject({
    User: '1000',
    ReadonlyRootFilesystem: true,
    LinuxParameters: { InitProcessEnabled: true, Capabilities: { Drop: ['ALL'] } },
    LogConfiguration: { LogDriver: 'awslogs', Options: { mode: 'blocking' } },
    StopTimeout: 60,
    Essential: true,
  });
  expect(container(stacksOf('default')).LinuxParameters.Capabilities.Add).toBeUndefined();
  expect(container(stacksOf('default')).Privileged).toBeUndefined();
});

test('the container is checked as the image checks itself', () => {
  const dockerfile = readFileSync(path.join(import.meta.dirname, '../../Dockerfile'), 'utf8');
  const [, command = ''] = /HEALTHCHECK [^[]*CMD (\[.*\])/.exec(dockerfile) ?? [];
  const plain = (text: string) =>
    text.replaceAll('`', "'").replace('$' + '{process.env.PORT||8002}', '8002');

  expect(container(stacksOf('default')).HealthCheck.Command).toEqual([
    'CMD',
    ...JSON.parse(command).map(plain),
  ]);
});

test('tasks run on ARM64 unless they are told otherwise', () => {
  expect(task(stacksOf('default')).RuntimePlatform.CpuArchitecture).toBe('ARM64');
  expect(task(stacksOf('x86')).RuntimePlatform.CpuArchitecture).toBe('X86_64');
});

test('every variable of the task is a setting of the service', () => {
  const stacks = stacksOf('default');
  const secrets = container(stacks).Secrets.map(({ Name }: { Name: string }) => Name);

  expect(Object.keys(ENVIRONMENT.shape)).toEqual(
    expect.arrayContaining([...Object.keys(variables(stacks)), ...secrets]),
  );
  expect(Object.keys(variables(stacks))).toEqual(Object.keys(environment(OPTIONS)));
  expect(secrets).toEqual(['API_KEYS']);
});

test('with a policy the task gets it, and its secret, as secrets that its execution role may read', () => {
  const stacks = stacksOf('with a policy');
  const names = container(stacks).Secrets.map(({ Name }: { Name: string }) => Name);
  const made = Object.values(stacks.Storage.findResources('AWS::SecretsManager::Secret'));
  const lengths = made.map(({ Properties }) => Properties.GenerateSecretString.PasswordLength);
  const policies = JSON.stringify(stacks.Service.findResources('AWS::IAM::Policy'));

  expect(names).toEqual(['API_KEYS', 'ACCESS_POLICY', 'ACCESS_SECRET']);
  expect(Object.keys(ENVIRONMENT.shape)).toEqual(expect.arrayContaining(names));
  // ACCESS_SECRET and the release's key are good as they are made, the others are for people to write.
  expect(lengths).toEqual([32, 32, 64, 48]);
  for (const id of ['ApiKeys', 'AccessPolicy', 'AccessSecret']) {
    expect(policies).toMatch(new RegExp(`Exports\\w*${id}`));
  }
});

test('the load balancer is believed where calls come from', () => {
  const config = parseConfig({ ...environment(OPTIONS), ...KEYS }, { local: false });

  expect(config.TRUSTED_PROXIES).toEqual([OPTIONS.vpcCidr]);
});

test('the service accepts the environment of the task', () => {
  const config = parseConfig({ ...environment(OPTIONS), ...KEYS }, { local: false });

  expect(config).toMatchObject({
    ENVIRONMENT: 'production',
    PORT: 8002,
    DRAIN_DELAY_MS: 5_000,
    ALLOW_UNAUTHENTICATED: false,
    ALLOWED_HOSTS: ['dynamodb.example.com'],
  });
});

test.each([
  ['no API keys', {}],
  ['the secret as it was made', { API_KEYS: 'q7Zk2mWx9TfJ4hN8sLpR3vB6yCdE5gAa' }],
])('the service refuses to start with %s', (_name, keys) => {
  expect(() => parseConfig({ ...environment(OPTIONS), ...keys }, { local: false })).toThrow(
    'API_KEYS',
  );
});

test('read-only tasks are told so', () => {
  expect(variables(stacksOf('default')).READ_ONLY).toBe('false');
  expect(variables(stacksOf('read-only')).READ_ONLY).toBe('true');
});

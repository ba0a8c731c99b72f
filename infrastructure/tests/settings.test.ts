import { expect, test } from 'vitest';
import { parseSettings } from '../lib/settings.ts';

test('defaults are private, small and without a limit', () => {
  expect(parseSettings({})).toEqual({
    exposure: 'internal',
    vpcCidr: '10.0.0.0/16',
    availabilityZones: 2,
    tableName: 'MedAssureAI_Artifacts',
    furtherTables: [],
    accessPolicy: false,
    readOnly: false,
    architecture: 'arm64',
    cpu: 512,
    minTasks: 2,
    maxTasks: 10,
    logRetentionDays: 90,
    collector: false,
    dataEvents: false,
  });
});

test('values are read from the command line and from cdk.json alike', () => {
  const expected = {
    availabilityZones: 3,
    readOnly: true,
    clientCidrs: ['10.1.0.0/16', '10.2.0.0/16'],
  };

  expect(
    parseSettings({
      availabilityZones: '3',
      readOnly: 'true',
      clientCidrs: '10.1.0.0/16, 10.2.0.0/16',
    }),
  ).toMatchObject(expected);
  expect(
    parseSettings({ availabilityZones: 3, readOnly: true, clientCidrs: '10.1.0.0/16,10.2.0.0/16' }),
  ).toMatchObject(expected);
});

test('all problems are told at once', () => {
  const context = {
    exposure: 'open',
    clientCidrs: '10.0.0.0/33',
    vpcCidr: '10.0.0.0/8',
    availabilityZones: '1',
    tableName: 'a b',
    maxReadUnits: '0',
    readOnly: 'yes',
    cpu: '500',
    minTasks: '1',
    wafRateLimit: '5',
    logRetentionDays: '91',
    clientCidr: '10.0.0.0/8',
  };

  expect(() => parseSettings(context)).toThrowErrorMatchingInlineSnapshot(`
    [Error: The settings are not valid:
      exposure must be internal or public
      clientCidrs must be IPv4 ranges such as 10.0.0.0/8, comma separated
      vpcCidr must be an IPv4 range from /16 to /24
      availabilityZones must be a whole number from 2 to 3
      tableName must be 3 to 255 letters, digits, "_", "-" or "."
      maxReadUnits must be a whole number from 1 to 4000000
      readOnly must be true or false
      cpu must be 256, 512, 1024, 2048 or 4096
      minTasks must be a whole number from 2 to 100
      wafRateLimit must be a whole number from 100 to 2000000000
      logRetentionDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
      clientCidr: no such setting]
  `);
});

test('more tasks at least than at most are refused', () => {
  expect(() => parseSettings({ minTasks: '11' })).toThrow('maxTasks must not be below minTasks');
});

test("CDK's own context is left alone", () => {
  const context = {
    '@aws-cdk/core:x': true,
    'aws:cdk:y': [],
    'cli-telemetry': false,
    'acknowledged-issue-numbers': [1],
  };

  expect(() => parseSettings(context)).not.toThrow();
});

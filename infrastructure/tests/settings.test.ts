import { expect, test } from 'vitest';
import { parseSettings } from '../lib/settings/parse.ts';

test('defaults are private, small and without a limit', () => {
  expect(parseSettings({})).toEqual({
    stage: 'production',
    exposure: 'internal',
    privateLinkAccounts: [],
    vpcCidr: '10.0.0.0/16',
    availabilityZones: 2,
    subnetIds: [],
    publicSubnetIds: [],
    routeTableIds: [],
    tableName: 'MedAssureAI_Artifacts',
    existingTable: false,
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

const VPC = { vpcId: 'vpc-0123456789abcdef0', vpcCidr: '10.1.0.0/16' };
const SUBNETS = 'subnet-0123456789abcdef0,subnet-0123456789abcdef1';

test.each([
  [{ minTasks: '11' }, 'maxTasks must not be below minTasks'],
  [{ vpcId: 'vpc-1' }, 'vpcId must be an id such as vpc-0123456789abcdef0'],
  [{ ...VPC, subnetIds: 'subnet-0123456789abcdef0' }, 'subnetIds must name at least two'],
  [{ vpcId: VPC.vpcId, subnetIds: SUBNETS }, 'vpcCidr must be given with vpcId'],
  [{ subnetIds: SUBNETS }, 'subnetIds, publicSubnetIds and routeTableIds go with vpcId'],
  [{ ...VPC, subnetIds: SUBNETS, exposure: 'public' }, 'publicSubnetIds must be as many'],
  [{ ...VPC, subnetIds: SUBNETS, publicSubnetIds: SUBNETS }, 'publicSubnetIds must be as many'],
  [
    {
      ...VPC,
      subnetIds: `${SUBNETS},subnet-0123456789abcdef2`,
      routeTableIds: 'rtb-0123456789abcdef0,rtb-0123456789abcdef1',
    },
    'routeTableIds must be one for all subnetIds, or one for each',
  ],
  [{ exposure: 'public', privateLinkAccounts: '111122223333' }, 'privateLinkAccounts go with'],
  [{ privateLinkAccounts: '1111-2222' }, 'privateLinkAccounts must be ids of accounts'],
  [{ tableKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/a' }, 'tableKeyArn goes with'],
  [{ existingTable: 'true', maxReadUnits: '5' }, 'are not for an existingTable'],
  [{ stage: 'Staging' }, 'stage must be 1 to 12 small letters'],
])('%j is refused', (context, problem) => {
  expect(() => parseSettings(context)).toThrow(problem);
});

test('a stage has settings of its own, and a table of its own name', () => {
  const context = { minTasks: 3, cpu: 1_024, stages: { staging: { minTasks: 2 } } };

  expect(parseSettings(context)).toMatchObject({ stage: 'production', minTasks: 3, cpu: 1_024 });
  expect(parseSettings({ ...context, stage: 'staging' })).toMatchObject({
    minTasks: 2,
    cpu: 1_024,
    tableName: 'MedAssureAI_Artifacts-staging',
  });
  expect(parseSettings({ stage: 'staging', tableName: 'Mine' }).tableName).toBe('Mine');
});

test('a stage that the settings do not name is refused where they name some', () => {
  const context = { stages: { staging: {} } };

  expect(() => parseSettings({ ...context, stage: 'stging' })).toThrow(
    'stage must be production or one of stages: staging',
  );
  expect(() => parseSettings({ stages: { staging: { cpus: 1 } }, stage: 'staging' })).toThrow(
    'cpus: no such setting',
  );
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

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { TOOLS } from '../../src/tools/registry.ts';
import { STACKS, stacksOf } from './support/stacks.ts';

interface Statement {
  Effect: string;
  Action: string | string[];
  Resource?: unknown;
  Sid?: string;
}

const list = <T>(value: T | T[]): T[] => (Array.isArray(value) ? value : [value]);

/** Every statement of the stacks that allows something, with the type of its resource. */
function allowed(variant: string): { type: string; statement: Statement }[] {
  const stacks = stacksOf(variant);
  const resources = STACKS.flatMap((name) =>
    Object.values<{ Type: string; Properties: unknown }>(stacks[name].toJSON().Resources),
  );
  return resources.flatMap(({ Type, Properties }) =>
    statementsIn(Properties).map((statement) => ({ type: Type, statement })),
  );
}

function statementsIn(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('Effect' in value && 'Action' in value) {
    return value.Effect === 'Allow' ? [value as Statement] : [];
  }
  return Object.values(value).flatMap(statementsIn);
}

/** A transaction needs the permissions of what it does, of which these are asked for nowhere else. */
const IN_TRANSACTIONS: Record<string, string> = {
  TransactWrite: 'ConditionCheckItem',
  TransactGet: 'GetItem',
};

/** The actions behind the SDK commands that the service sends. */
function sentActions(): string[] {
  const folder = path.join(import.meta.dirname, '../../src/dynamodb');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && path.basename(file) !== 'create-table.ts',
  );
  const commands = files.flatMap((file) => [
    ...readFileSync(path.join(folder, file), 'utf8').matchAll(/new (\w+)Command\(/g),
  ]);
  const items = /^(Get|Put|Update|Delete|BatchGet|BatchWrite)$/;
  return [
    ...new Set(
      commands.map(
        ([, name = '']) => `dynamodb:${IN_TRANSACTIONS[name] ?? name.replace(items, '$1Item')}`,
      ),
    ),
  ];
}

const actionOf = (tool: string) =>
  `dynamodb:${tool.replace(/(^|_)(\w)/g, (_, __, letter) => letter.toUpperCase())}`;

function taskActions(variant: string, sid: string): string[] {
  const roles = allowed(variant).filter(
    ({ type, statement }) => type === 'AWS::IAM::Policy' && statement.Sid === sid,
  );
  return roles.flatMap(({ statement }) => list(statement.Action)).sort();
}

/** All actions of a role of the service stack. */
function actionsOf(role: string): string[] {
  const policies = Object.values(stacksOf('default').Service.findResources('AWS::IAM::Policy'));
  const own = policies.filter(({ Properties }) => Properties.Roles[0].Ref.startsWith(role));
  return own.flatMap(statementsIn).flatMap(({ Action }) => list(Action));
}

test('the roles have these permissions and no other', () => {
  const known = ['Table', 'Index', 'VectorIndex', 'TableKey'].flatMap((sid) =>
    taskActions('default', sid),
  );

  expect(actionsOf('TaskRole').sort()).toEqual(known.sort());
  expect(actionsOf('ExecutionRole').sort()).toEqual([
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'kms:Decrypt',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'secretsmanager:GetSecretValue',
  ]);
});

test('the task may do on the table exactly what the service sends', () => {
  const allowed = ['Table', 'VectorIndex'].flatMap((sid) => taskActions('default', sid));

  expect(allowed.sort()).toEqual(sentActions().sort());
});

test('the read-only task may do what the tools that read send', () => {
  const reading = TOOLS.filter(
    ({ effect, needsVectorIndex }) => effect === 'read' && !needsVectorIndex,
  ).map(({ name }) => actionOf(name === 'transact_get_items' ? 'get_item' : name));

  expect(taskActions('read-only', 'Table')).toEqual(
    [...new Set([...reading, 'dynamodb:DescribeTimeToLive'])].sort(),
  );
  expect(taskActions('read-only', 'TableKey')).toEqual(['kms:Decrypt', 'kms:DescribeKey']);
});

test('the task may do on the index what tools that take an index do', () => {
  const onIndex = TOOLS.filter(({ input }) => 'index_name' in (input as z.ZodObject).shape);
  const actions = (vectors: boolean) =>
    onIndex
      .filter(({ needsVectorIndex = false }) => needsVectorIndex === vectors)
      .map(({ name }) => actionOf(name))
      .sort();

  for (const variant of ['default', 'read-only']) {
    expect(taskActions(variant, 'Index')).toEqual(actions(false));
    expect(taskActions(variant, 'VectorIndex')).toEqual(actions(true));
  }
});

test('the endpoint of DynamoDB lets pass what the task may do, and nothing else', () => {
  for (const variant of ['default', 'read-only']) {
    for (const sid of ['Table', 'Index', 'VectorIndex']) {
      const passing = allowed(variant).filter(
        ({ type, statement }) => type === 'AWS::EC2::VPCEndpoint' && statement.Sid === sid,
      );
      const actions = passing.flatMap(({ statement }) => list(statement.Action));
      expect(actions.sort()).toEqual(taskActions(variant, sid));
    }
  }
});

test('further tables are reached by their names, with their indexes', () => {
  const statements = allowed('with further tables').filter(
    ({ type, statement }) =>
      type === 'AWS::IAM::Policy' && /^(Table|Index)$/.test(statement.Sid ?? ''),
  );
  const resources = statements.map(({ statement }) => JSON.stringify(statement.Resource));

  expect(resources).toHaveLength(2);
  for (const text of resources) {
    expect(text).toContain(':table/Archive');
    expect(text).toContain(':table/Other.Table');
  }
});

test('search by meaning adds an index, and the way to one model', () => {
  const { Storage, Service, Network } = stacksOf('with search by meaning');
  const statements = allowed('with search by meaning').filter(
    ({ statement }) => statement.Sid === 'Embeddings',
  );

  expect(statements.map(({ type }) => type).sort()).toEqual([
    'AWS::EC2::VPCEndpoint',
    'AWS::IAM::Policy',
  ]);
  for (const { statement } of statements) {
    expect(list(statement.Action)).toEqual(['bedrock:InvokeModel']);
    expect(JSON.stringify(statement.Resource)).toContain('amazon.titan-embed-text-v2:0');
  }
  Storage.hasResourceProperties('AWS::DynamoDB::Table', {
    VectorIndexes: [{ IndexName: 'BY_MEANING', Dimensions: 1_024, DistanceFunction: 'COSINE' }],
  });
  expect(JSON.stringify(Service.toJSON())).toContain('bedrock:amazon.titan-embed-text-v2:0');
  expect(JSON.stringify(Network.toJSON())).toContain('bedrock-runtime');
  expect(stacksOf('default').Storage.toJSON()).not.toHaveProperty('VectorIndexes');
});

import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Settings } from '../settings.ts';

/** A variable of the tasks whose value is a secret. */
interface SecretVariable {
  readonly variable: string;
  readonly id: string;
  readonly description: string;
  /** Characters of the text that it is made as. */
  readonly length: number;
  /** Why nothing replaces it by itself. */
  readonly rotation: string;
}

const API_KEYS: SecretVariable = {
  variable: 'API_KEYS',
  id: 'ApiKeys',
  description: 'API_KEYS of dynamodb-mcp-server: name:sha256, comma separated',
  length: 32,
  rotation:
    'The value holds hashes of keys that callers hold: only people can replace a key, by adding the new one first (see the runbook).',
};

const WITH_POLICY: readonly SecretVariable[] = [
  {
    variable: 'ACCESS_POLICY',
    id: 'AccessPolicy',
    description: 'ACCESS_POLICY of dynamodb-mcp-server: who may do what, as YAML or JSON',
    length: 32,
    rotation: 'The value is a policy that people write.',
  },
  {
    variable: 'ACCESS_SECRET',
    id: 'AccessSecret',
    description: 'ACCESS_SECRET of dynamodb-mcp-server: the same on all tasks',
    length: 64,
    rotation:
      'A new value ends page keys and changes hashed values, so people choose the time (see the runbook).',
  },
];

/**
 * The secrets of the tasks, by their variables. Those that people write are made as random text,
 * which the service refuses to start with, so that nothing is open before somebody has written them.
 */
export function createSecrets(
  scope: Construct,
  encryptionKey: IKey,
  { accessPolicy }: Settings,
): ReadonlyMap<string, Secret> {
  const wanted = [API_KEYS, ...(accessPolicy ? WITH_POLICY : [])];
  return new Map(
    wanted.map(({ variable, id, description, length, rotation }) => {
      const secret = new Secret(scope, id, {
        description,
        encryptionKey,
        generateSecretString: { passwordLength: length, excludePunctuation: true },
        removalPolicy: RemovalPolicy.RETAIN,
      });
      acknowledge(secret, { 'AwsSolutions-SMG4': rotation });
      new CfnOutput(scope, `${id}SecretArn`, { value: secret.secretArn });
      return [variable, secret];
    }),
  );
}

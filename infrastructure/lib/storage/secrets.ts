import { CfnOutput, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { Names } from '../names.ts';
import type { Settings } from '../settings/settings.ts';

/** A variable of the tasks whose value is a secret. */
interface SecretVariable {
  readonly variable: string;
  readonly id: string;
  /** Where somebody must know it before it is made. */
  readonly name?: string;
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

const RELEASE_KEY: Omit<SecretVariable, 'variable'> = {
  id: 'ReleaseKey',
  description: 'The API key with which a release of dynamodb-mcp-server reads the table',
  length: 48,
  rotation: 'Its hash stands in API_KEYS, so that people replace both (see the runbook).',
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
    wanted.map(({ variable, ...secret }) => [variable, createSecret(scope, encryptionKey, secret)]),
  );
}

/** The key with which a release calls the service: made here, so that nobody has to keep it. */
export function createReleaseKey(scope: Construct, encryptionKey: IKey, { prefix }: Names): Secret {
  return createSecret(scope, encryptionKey, { ...RELEASE_KEY, name: `${prefix}-release-key` });
}

function createSecret(
  scope: Construct,
  encryptionKey: IKey,
  { id, name, description, length, rotation }: Omit<SecretVariable, 'variable'>,
): Secret {
  const secret = new Secret(scope, id, {
    ...(name !== undefined && { secretName: name }),
    description,
    encryptionKey,
    generateSecretString: { passwordLength: length, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(secret, { 'AwsSolutions-SMG4': rotation });
  new CfnOutput(scope, `${id}SecretArn`, { value: secret.secretArn });
  return secret;
}

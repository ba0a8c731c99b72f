import { RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/**
 * The value of `API_KEYS`. It is made as random text, which the service refuses to start with, so
 * that nothing is open before somebody has put real hashes there.
 */
export function createApiKeysSecret(scope: Construct, encryptionKey: IKey): Secret {
  const secret = new Secret(scope, 'ApiKeys', {
    description: 'API_KEYS of dynamodb-mcp-server: name:sha256, comma separated',
    encryptionKey,
    generateSecretString: { passwordLength: 32, excludePunctuation: true },
    removalPolicy: RemovalPolicy.RETAIN,
  });
  acknowledge(secret, {
    'AwsSolutions-SMG4':
      'The value holds hashes of keys that callers hold: only people can replace a key, by adding the new one first (see the runbook).',
  });
  return secret;
}

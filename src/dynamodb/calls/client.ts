import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { exactNumber } from '../../json/decimal.ts';
import { currentOperation } from './operation.ts';
import { DeadlineRetryStrategy } from './retry-strategy.ts';
import type { DocumentSender } from './storage.ts';

/** Where DynamoDB is and how to speak with it. */
export interface ClientSettings {
  region: string;
  /** Undefined for Amazon's own endpoint of the region. */
  endpoint: string | undefined;
  /** Undefined for the SDK's chain: environment, profile, SSO, task role. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  maxAttempts: number;
  connectTimeoutMs: number;
  maxSockets: number;
  /** `lean` skips the SDK's middleware for data operations, `sdk` does not. */
  transport: 'lean' | 'sdk';
  /** The environment that names proxies; undefined when Node is not told to use them. */
  proxyEnvironment: NodeJS.ProcessEnv | undefined;
}

/** The SDK's numbers as our exact ones. DynamoDB sends nothing else than numbers here. */
export const UNMARSHALL_OPTIONS = Object.freeze({
  wrapNumbers: (text: string) => exactNumber(text) ?? text,
});

/** The one base client; destroy it to close its sockets. */
export function createBaseClient(settings: ClientSettings): DynamoDBClient {
  const sockets = {
    keepAlive: true,
    maxSockets: settings.maxSockets,
    ...(settings.proxyEnvironment && { proxyEnv: settings.proxyEnvironment }),
  };
  const client = new DynamoDBClient({
    region: settings.region,
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    ...(settings.credentials && { credentials: settings.credentials }),
    maxAttempts: settings.maxAttempts,
    retryMode: 'standard',
    retryStrategy: new DeadlineRetryStrategy(settings.maxAttempts),
    // Deadlines end slow answers, also half-read ones; the SDK's other timeouts stay off.
    requestHandler: new NodeHttpHandler({
      connectionTimeout: settings.connectTimeoutMs,
      requestTimeout: 0,
      socketTimeout: 0,
      httpAgent: new HttpAgent(sockets),
      httpsAgent: new HttpsAgent(sockets),
    }),
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      const operation = currentOperation.getStore();
      operation?.attemptStarted();
      const result = await next(args);
      operation?.attemptSucceeded();
      return result;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'countAttempts' },
  );
  return client;
}

/** The one document client over a base client: exact numbers, nothing dropped or converted. */
export function createDocumentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { convertEmptyValues: false, removeUndefinedValues: false },
    // The client adds to the object that it is given.
    unmarshallOptions: { ...UNMARSHALL_OPTIONS },
  });
}

/** Sends commands by the document client. */
export function createSdkSender(documents: DynamoDBDocumentClient): DocumentSender {
  return {
    send: (command, operation) =>
      currentOperation.run(operation, () =>
        documents.send(command, { abortSignal: operation.signal }),
      ),
  };
}

import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AnswerCheck } from './answers.ts';
import { createCredentials } from './credentials.ts';
import { asFailure } from './failures.ts';
import { CheckedHttpHandler } from './http-handler.ts';
import { profileRegion } from './identity.ts';
import { currentOperation } from './operation.ts';
import { DeadlineRetryStrategy } from './retry-strategy.ts';
import type { DocumentSender } from './storage.ts';

/** Where DynamoDB is and how to speak with it. */
export interface ClientSettings {
  /** Undefined for the region of the profile, else us-east-1. */
  region: string | undefined;
  /** Undefined for the endpoint of the SDK's environment or profile, else Amazon's own. */
  endpoint: string | undefined;
  /** Undefined for the SDK's chain: environment, profile, SSO, task role. */
  credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
  /** Whether the environment names an endpoint that gives the credentials of a task. */
  hasCredentialsEndpoint: boolean;
  maxAttempts: number;
  connectTimeoutMs: number;
  maxSockets: number;
  /** `lean` skips the SDK's middleware for data operations, `sdk` does not. */
  transport: 'lean' | 'sdk';
  /** The environment that names proxies; undefined when Node is not told to use them. */
  proxyEnvironment: NodeJS.ProcessEnv | undefined;
}

/** Probes of the table find a socket also when every call in flight has one. */
const SPARE_SOCKETS = 4;

/** The one base client; destroy it to close its sockets. */
export function createBaseClient(
  settings: ClientSettings,
  answers = new AnswerCheck(),
): DynamoDBClient {
  const sockets = {
    keepAlive: true,
    maxSockets: settings.maxSockets + SPARE_SOCKETS,
    ...(settings.proxyEnvironment && { proxyEnv: settings.proxyEnvironment }),
  };
  const credentials = createCredentials({ hasEndpoint: settings.hasCredentialsEndpoint });
  const client = new DynamoDBClient({
    region: settings.region ?? profileRegion(),
    ...(settings.endpoint && { endpoint: settings.endpoint }),
    credentials: settings.credentials ?? credentials.provide,
    maxAttempts: settings.maxAttempts,
    retryMode: 'standard',
    retryStrategy: new DeadlineRetryStrategy(settings.maxAttempts, credentials.forget),
    // Deadlines end slow answers, also half-read ones; the SDK's other timeouts stay off.
    requestHandler: new CheckedHttpHandler(
      {
        connectionTimeout: settings.connectTimeoutMs,
        requestTimeout: 0,
        socketTimeout: 0,
        httpAgent: new HttpAgent(sockets),
        httpsAgent: new HttpsAgent(sockets),
      },
      answers,
    ),
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

/** The one document client over a base client: nothing dropped or converted. */
export function createDocumentClient(client: DynamoDBClient): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(client, {
    marshallOptions: { convertEmptyValues: false, removeUndefinedValues: false },
  });
}

/** Sends commands by the document client; what was kept from it of an answer is put back. */
export function createSdkSender(documents: DynamoDBDocumentClient): DocumentSender {
  return {
    send: async (command, operation) => {
      try {
        const sent = () => documents.send(command, { abortSignal: operation.signal });
        const output = await currentOperation.run(operation, sent);
        return Object.assign(output, operation.kept);
      } catch (error) {
        throw Object.assign(asFailure(error), operation.kept);
      }
    },
  };
}

import { type Config, PROCESS_ENVIRONMENT } from './config.ts';
import type { ClientSettings } from './dynamodb/calls/client.ts';
import type { GatewaySettings } from './dynamodb/gateway.ts';

/** Where ECS and EKS name the endpoint that gives a task its credentials. */
const CREDENTIALS_ENDPOINTS = [
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** Where DynamoDB is, as configured; the embedded database has its own. */
export function gatewaySettings(
  config: Config,
  local?: Pick<ClientSettings, 'endpoint' | 'credentials'>,
): GatewaySettings {
  return {
    region: config.AWS_REGION ?? config.AWS_DEFAULT_REGION,
    hasCredentialsEndpoint: CREDENTIALS_ENDPOINTS.some((name) => PROCESS_ENVIRONMENT[name]),
    endpoint: local?.endpoint ?? config.DYNAMODB_ENDPOINT_URL,
    credentials: local?.credentials,
    maxAttempts: config.MAX_ATTEMPTS,
    connectTimeoutMs: config.CONNECT_TIMEOUT_MS,
    maxSockets: config.MAX_IN_FLIGHT,
    transport: config.DYNAMODB_TRANSPORT,
    // No proxy leads to this machine.
    proxyEnvironment: config.NODE_USE_ENV_PROXY && !local ? PROCESS_ENVIRONMENT : undefined,
    tableName: config.DYNAMODB_TABLE_NAME,
    furtherTables: config.DYNAMODB_TABLES,
    maxInFlight: config.MAX_IN_FLIGHT,
    maxQueue: config.MAX_QUEUE,
    maxPages: config.MAX_PAGES,
    maxBatchEntries: config.MAX_BATCH_ENTRIES,
  };
}

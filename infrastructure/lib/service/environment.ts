import { TIMEOUTS } from './timeouts.ts';

/** Where the container listens. */
export const CONTAINER_PORT = 8002;

/** What is probed: a service whose table never answered has not started. */
export const STARTED_PATH = '/health/started';

/** What the environment of the tasks depends on. */
export interface EnvironmentOptions {
  region: string;
  tableName: string;
  furtherTables: readonly string[];
  embeddingModel?: string | undefined;
  readOnly: boolean;
  /** Where traces and metrics go. */
  otlpEndpoint?: string | undefined;
  /** The name by which clients call the load balancer. */
  domainName: string;
  /** Where the load balancer stands, whose word for the address of a caller is believed. */
  vpcCidr: string;
}

/** The tasks' environment besides the secrets, in the names of `.env.example`; the rest are defaults. */
export function environment(options: EnvironmentOptions): Record<string, string> {
  return {
    ENVIRONMENT: 'production',
    LOG_LEVEL: 'INFO',
    HOST: '0.0.0.0',
    PORT: String(CONTAINER_PORT),
    AWS_REGION: options.region,
    DYNAMODB_TABLE_NAME: options.tableName,
    ...(options.furtherTables.length > 0 && {
      DYNAMODB_TABLES: options.furtherTables.join(),
    }),
    ...(options.embeddingModel !== undefined && {
      EMBEDDINGS: `bedrock:${options.embeddingModel}`,
    }),
    ...(options.otlpEndpoint !== undefined && {
      OTEL_EXPORTER_OTLP_ENDPOINT: options.otlpEndpoint,
    }),
    READ_ONLY: String(options.readOnly),
    ALLOWED_HOSTS: options.domainName,
    TRUSTED_PROXIES: options.vpcCidr,
    DRAIN_DELAY_MS: String(TIMEOUTS.drainDelay.toMilliseconds()),
  };
}

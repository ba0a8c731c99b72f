import type { Logger } from 'pino';
import { type Config, PROCESS_ENVIRONMENT } from './config.ts';
import type { Rehearse } from './dynamodb/calls/rehearsed-sender.ts';
import { createGateway, type Gateway } from './dynamodb/gateway.ts';
import { gatewaySettings } from './gateway-settings.ts';
import { LOCAL_CREDENTIALS, startDatabase } from './local/database.ts';
import { prepareTable } from './local/sample-table.ts';
import type { Telemetry } from './observability/telemetry/telemetry.ts';

/** The embedded database, if it is wanted. */
export interface LocalOptions {
  /** Its folder; nothing for memory. */
  dataDir: string | undefined;
  /** Whether what is in the folder goes first. */
  reset: boolean;
}

/** The table behind the service, wherever it is. */
export interface Backend {
  readonly gateway: Gateway;
  /** Closes the gateway, and the embedded database if there is one. */
  close(): Promise<void>;
}

/** What is done with the operations that a gateway sends. */
export interface BackendOptions {
  /** Told what would be sent, which is then not sent. */
  rehearse?: Rehearse | undefined;
  /** Where operations are measured and traced. */
  telemetry?: Telemetry | undefined;
}

/** The configured DynamoDB, or an embedded one with its table made and filled. */
export async function openBackend(
  config: Config,
  local: LocalOptions | undefined,
  log: Logger,
  { rehearse, telemetry }: BackendOptions = {},
): Promise<Backend> {
  if (local) return openEmbedded(config, local, log, { rehearse, telemetry });
  const gateway = createGateway({ ...gatewaySettings(config), telemetry }, rehearse);
  return { gateway, close: async () => gateway.close() };
}

async function openEmbedded(
  config: Config,
  { dataDir, reset }: LocalOptions,
  log: Logger,
  { rehearse, telemetry }: BackendOptions,
): Promise<Backend> {
  const settingsAt = (endpoint: string) =>
    gatewaySettings(config, { endpoint, credentials: LOCAL_CREDENTIALS });
  const database = await startDatabase({
    engine: config.LOCAL_ENGINE,
    searchPath: PROCESS_ENVIRONMENT.PATH,
    dataDir,
    reset,
    log,
    refill: (endpoint, engine) => prepareTable(settingsAt(endpoint), engine, log),
  });
  const settings = settingsAt(database.endpoint);
  await prepareTable(settings, database.engine, log);
  const { name, lacks } = database.engine;
  log.warn(
    { engine: name, lacks },
    `Using the embedded database ${name}, which is for development only; data is ${dataDir ? `in ${dataDir}` : 'in memory'}${lacks.length > 0 ? `; it lacks ${lacks.join(', ')}` : ''}`,
  );
  const gateway = createGateway({ ...settings, telemetry }, rehearse);
  return {
    gateway,
    close: async () => {
      gateway.close();
      await database.close();
    },
  };
}

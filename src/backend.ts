import type { Logger } from 'pino';
import { gatewaySettings } from './app.ts';
import { type Config, PROCESS_ENVIRONMENT } from './config.ts';
import type { Rehearse } from './dynamodb/calls/rehearsed-sender.ts';
import { createGateway, type Gateway } from './dynamodb/gateway.ts';
import { LOCAL_CREDENTIALS, startDatabase } from './local/database.ts';
import { prepareTable } from './local/sample-table.ts';

/** The embedded database, if it is wanted: its folder, or nothing for memory. */
export interface LocalOptions {
  dataDir: string | undefined;
}

/** The table behind the service, wherever it is. */
export interface Backend {
  readonly gateway: Gateway;
  /** Closes the gateway, and the embedded database if there is one. */
  close(): Promise<void>;
}

/**
 * The configured DynamoDB, or an embedded one with its table made and filled. With `rehearse`, what
 * would be sent is told and not sent.
 */
export async function openBackend(
  config: Config,
  local: LocalOptions | undefined,
  log: Logger,
  rehearse?: Rehearse,
): Promise<Backend> {
  if (local) return openEmbedded(config, local, log, rehearse);
  const gateway = createGateway(gatewaySettings(config), rehearse);
  return { gateway, close: async () => gateway.close() };
}

async function openEmbedded(
  config: Config,
  { dataDir }: LocalOptions,
  log: Logger,
  rehearse: Rehearse | undefined,
): Promise<Backend> {
  const settingsAt = (endpoint: string) =>
    gatewaySettings(config, { endpoint, credentials: LOCAL_CREDENTIALS });
  const database = await startDatabase({
    engine: config.LOCAL_ENGINE,
    searchPath: PROCESS_ENVIRONMENT.PATH,
    dataDir,
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
  const gateway = createGateway(settings, rehearse);
  return {
    gateway,
    close: async () => {
      gateway.close();
      await database.close();
    },
  };
}

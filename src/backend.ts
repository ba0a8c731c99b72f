import type { Logger } from 'pino';
import { gatewaySettings } from './app.ts';
import type { Config } from './config.ts';
import { createGateway, type Gateway } from './dynamodb/gateway.ts';
import { LOCAL_CREDENTIALS, prepareTable, startDatabase } from './local/database.ts';

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

/** The configured DynamoDB, or an embedded one with its table made and filled. */
export async function openBackend(
  config: Config,
  local: LocalOptions | undefined,
  log: Logger,
): Promise<Backend> {
  if (local) return openEmbedded(config, local, log);
  const gateway = createGateway(gatewaySettings(config));
  return { gateway, close: async () => gateway.close() };
}

async function openEmbedded(
  config: Config,
  { dataDir }: LocalOptions,
  log: Logger,
): Promise<Backend> {
  const database = await startDatabase(dataDir);
  const settings = gatewaySettings(config, {
    endpoint: database.endpoint,
    credentials: LOCAL_CREDENTIALS,
  });
  await prepareTable(settings, log);
  const where = dataDir ? `in ${dataDir}` : 'in memory';
  log.warn(`Using the embedded database, which is for development only; data is ${where}`);
  const gateway = createGateway(settings);
  return {
    gateway,
    close: async () => {
      gateway.close();
      await database.close();
    },
  };
}

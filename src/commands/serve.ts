import type { Logger } from 'pino';
import { createApp } from '../app.ts';
import { type LocalOptions, openBackend } from '../backend.ts';
import { hasPolicy } from '../config/access.ts';
import { isLoopback } from '../config/exposure.ts';
import { type Config, loadConfig } from '../config.ts';
import { createLogger } from '../observability/logger.ts';
import { openTelemetry } from '../observability/telemetry/telemetry.ts';
import { exitOnDefects, stopOnSignals } from '../shutdown.ts';
import { VERSION } from '../version.ts';
import type { Command } from './command.ts';
import { LOCAL_OPTIONS, localOptions } from './local-options.ts';

/** Runs the HTTP service until a signal ends it. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the service',
  options: LOCAL_OPTIONS,
  run: (values) => serve(localOptions(values)),
};

async function serve(local: LocalOptions | undefined): Promise<void> {
  const config = loadConfig({ local: local !== undefined });
  const log = createLogger({ level: config.LOG_LEVEL, environment: config.ENVIRONMENT });
  exitOnDefects(log);
  const telemetry = await openTelemetry(config, log);
  const backend = await openBackend(config, local, log, { telemetry });
  const app = createApp(config, backend.gateway, log, { telemetry });
  stopOnSignals(async () => {
    await app.close();
    await backend.close();
    await telemetry?.close();
  }, log);
  const url = await app.listen();
  logStart(log, config, url);
}

function logStart(log: Logger, config: Config, url: string): void {
  const fields = {
    version: VERSION,
    node: process.version,
    table: config.DYNAMODB_TABLE_NAME,
    ...(config.DYNAMODB_TABLES.length > 0 && { further_tables: config.DYNAMODB_TABLES }),
    region: config.AWS_REGION ?? config.AWS_DEFAULT_REGION,
    read_only: config.READ_ONLY,
    api_keys: config.API_KEYS.length,
  };
  log.info(fields, `Listening on ${url}`);
  const isOpen = config.API_KEYS.length === 0 && !hasPolicy(config);
  if (isOpen && !isLoopback(config.HOST)) {
    log.warn('Everybody who can reach this address can read and write the table; see API_KEYS');
  }
}

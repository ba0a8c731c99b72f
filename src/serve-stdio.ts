import { createInvoker, createMcpServers } from './app.ts';
import { type LocalOptions, openBackend } from './backend.ts';
import { loadConfig } from './config.ts';
import { serveOverStdio } from './mcp/stdio.ts';
import { createLogger } from './observability/logger.ts';
import { exitOnDefects, stopOnSignals } from './shutdown.ts';

/** Serves MCP over stdin and stdout until stdin closes; logs go to stderr. */
export async function serveStdio(local: LocalOptions | undefined): Promise<void> {
  const config = loadConfig({ local: local !== undefined });
  const log = createLogger({ level: config.LOG_LEVEL, environment: config.ENVIRONMENT }, 2);
  exitOnDefects(log);
  const backend = await openBackend(config, local, log);
  stopOnSignals(() => backend.close(), log);
  const invoke = createInvoker(config, backend.gateway, log);
  await serveOverStdio(createMcpServers(config, invoke), log);
  await backend.close();
}

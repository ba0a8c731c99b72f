import { configuredAccess, createInvoker, createMcpServers, DRAIN_GRACE_MS } from '../app.ts';
import { type LocalOptions, openBackend } from '../backend.ts';
import { loadConfig } from '../config.ts';
import { StartError } from '../errors.ts';
import { STDIO } from '../mcp/caller.ts';
import { serveOverStdio } from '../mcp/stdio.ts';
import { createLogger } from '../observability/logger.ts';
import { openTelemetry } from '../observability/telemetry/telemetry.ts';
import { endProcess, exitOnDefects, stopOnSignals } from '../shutdown.ts';
import type { Command } from './command.ts';
import { LOCAL_OPTIONS, localOptions } from './local-options.ts';

/** Serves MCP over stdin and stdout until stdin closes; logs go to stderr. */
export const stdioCommand: Command = {
  name: 'stdio',
  summary: 'serve MCP over stdin and stdout',
  options: LOCAL_OPTIONS,
  run: (values) => serveStdio(localOptions(values)),
};

async function serveStdio(local: LocalOptions | undefined): Promise<void> {
  const config = loadConfig({ local: local !== undefined, listens: false });
  const log = createLogger({ level: config.LOG_LEVEL, environment: config.ENVIRONMENT }, 2);
  exitOnDefects(log);
  const telemetry = await openTelemetry(config, log);
  const backend = await openBackend(config, local, log, { telemetry });
  const close = async () => {
    await backend.close();
    await telemetry?.close();
  };
  stopOnSignals(close, log);
  const access = configuredAccess(config, backend.gateway, log);
  if (access && !access.source.current().roleOf(STDIO)) {
    throw new StartError('The policy has no role for stdio: add { transport: stdio, role: … }.');
  }
  const invoke = createInvoker(config, backend.gateway, log, { access, telemetry });
  const limits = {
    maxLineBytes: config.MAX_BODY_BYTES,
    drainMs: config.REQUEST_DEADLINE_MS + DRAIN_GRACE_MS,
  };
  const servers = createMcpServers(config, backend.gateway, invoke, log, { access, telemetry });
  await serveOverStdio(servers, limits, log);
  access?.close();
  await close();
  // A collector that does not answer would keep the process.
  if (telemetry) endProcess(0, log);
}

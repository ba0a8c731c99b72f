#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { gatewaySettings } from './app.ts';
import { loadConfig } from './config.ts';
import { createTable } from './dynamodb/create-table.ts';
import { ServiceError, StartError } from './errors.ts';
import { hashApiKey } from './http/authentication.ts';
import { openApiDocument } from './http/openapi.ts';
import { serve } from './serve.ts';
import { serveStdio } from './serve-stdio.ts';
import { TOOLS } from './tools/registry.ts';
import { VERSION } from './version.ts';

const USAGE = `dynamodb-mcp-server ${VERSION}: one DynamoDB table behind a small, exact, safe HTTP service

Usage: cli.js [command] [options]

Commands:
  serve            run the service (default)
  stdio            serve MCP over stdin and stdout
  create-table     create the configured table, unless it exists
  openapi          print the OpenAPI document
  hash-key NAME    make an API key for NAME, with its entry for API_KEYS

Options of serve and stdio:
  --local          use the embedded database instead of Amazon DynamoDB
  --data-dir DIR   where the embedded database keeps its data (.local/dynamodb)
  --in-memory      keep the embedded database's data in memory only

Option of create-table:
  --wait SECONDS   wait so long for a DynamoDB that is not there yet

Other options: --help, --version

Settings are environment variables, also read from .env; .env.example explains them.
`;

const DEFAULT_DATA_DIR = '.local/dynamodb';

/** A command line that cannot be carried out. */
class UsageError extends Error {}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        local: { type: 'boolean', default: false },
        'data-dir': { type: 'string' },
        wait: { type: 'string', default: '0' },
        'in-memory': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command = 'serve', ...rest] = positionals;
  if (values.help) return print(USAGE);
  if (values.version) return print(VERSION);
  if (!values.local && (values['data-dir'] !== undefined || values['in-memory'])) {
    throw new UsageError('--data-dir and --in-memory go with --local');
  }
  if (command === 'hash-key') return printApiKey(rest);
  if (rest.length > 0) throw new UsageError(`Unexpected argument: ${rest[0]}`);
  if (command === 'openapi') return print(JSON.stringify(openApiDocument(TOOLS, VERSION), null, 2));
  if (command === 'create-table') return createConfiguredTable(readSeconds(values.wait));
  const dataDir = values['in-memory'] ? undefined : (values['data-dir'] ?? DEFAULT_DATA_DIR);
  const local = values.local ? { dataDir } : undefined;
  if (command === 'serve') return serve(local);
  if (command === 'stdio') return serveStdio(local);
  throw new UsageError(`Unknown command: ${command}`);
}

async function createConfiguredTable(waitSeconds: number): Promise<void> {
  const config = loadConfig({ local: false });
  const name = config.DYNAMODB_TABLE_NAME;
  const created = await createTable(gatewaySettings(config), name, waitSeconds * 1_000);
  print(created ? `Created the table ${name}.` : `The table ${name} exists; nothing was changed.`);
}

function readSeconds(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new UsageError('--wait takes a number of seconds');
  return Number(text);
}

function printApiKey([name, ...more]: string[]): void {
  if (name === undefined || more.length > 0) throw new UsageError('hash-key takes one name');
  const key = randomBytes(32).toString('base64url');
  print(`Key for ${name}, shown only now: ${key}\nEntry for API_KEYS: ${name}:${hashApiKey(key)}`);
}

function print(text: string): void {
  process.stdout.write(`${text.trimEnd()}\n`);
}

/** What went wrong, for whoever typed the command: a stack only where it is a defect. */
function explain(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\n\n${USAGE}`;
  if (error instanceof StartError) return error.message;
  if (error instanceof ServiceError) {
    const { cause } = error;
    return cause instanceof Error
      ? `${error.message} (${cause.name}: ${cause.message})`
      : error.message;
  }
  return error instanceof Error && error.stack ? error.stack : String(error);
}

main().catch((error: unknown) => {
  process.stderr.write(`${explain(error).trimEnd()}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});

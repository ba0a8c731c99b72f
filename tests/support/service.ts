import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import { createApp } from '../../src/app.ts';
import { type Config, parseConfig } from '../../src/config.ts';
import { Budget } from '../../src/dynamodb/calls/budget.ts';
import { createGateway, type Gateway } from '../../src/dynamodb/gateway.ts';
import { createTable } from '../../src/dynamodb/tables/create-table.ts';
import { gatewaySettings } from '../../src/gateway-settings.ts';
import { type JsonObject, parseJson } from '../../src/json/parse.ts';
import { LOCAL_CREDENTIALS } from '../../src/local/database.ts';
import { prepareTable } from '../../src/local/sample-table.ts';
import { type MemoryBudgets, memoryBudgets } from '../../src/memory.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { openTelemetry } from '../../src/observability/telemetry/telemetry.ts';

/** A reply, its body parsed without loss. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  body: JsonObject;
}

/** A service under test, listening on a port of its own. */
export interface TestService {
  url: string;
  table: string;
  gateway: Gateway;
  /** Where Prometheus reads; undefined without METRICS_PORT. */
  metricsUrl: string | undefined;
  /** What was logged so far, a parsed line each. */
  logs: JsonObject[];
  /** Calls a tool with a body that is written as JSON, raw numbers included. */
  call(tool: string, body?: unknown, init?: RequestInit): Promise<Reply>;
  request(path: string, init?: RequestInit): Promise<Reply>;
  close(): Promise<void>;
}

export interface TestServiceOptions {
  /** Environment variables of the service. */
  environment?: Record<string, string>;
  /** Another way to the engine, such as through a proxy. */
  endpoint?: string;
  /** A table that exists already; by default a new one of the single-table design. */
  table?: string;
  /** What requests under way may take in memory; by default what fits this process. */
  budgets?: Partial<Record<keyof MemoryBudgets, number>>;
  /** Another service's way to DynamoDB, with its limits; that service closes it. */
  gateway?: Gateway;
}

/** Names and starts a service as `serve` does, on a table of its own. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const table = options.table ?? (await newTable());
  const config = testConfig({ DYNAMODB_TABLE_NAME: table, ...options.environment });
  const logs: JsonObject[] = [];
  const log = createLogger(
    { level: config.LOG_LEVEL, environment: config.ENVIRONMENT },
    { write: (line) => void logs.push(JSON.parse(line)) },
  );
  const endpoint = options.endpoint ?? inject('engine').endpoint;
  const telemetry = await openTelemetry(config, log);
  const gateway = options.gateway ?? createGateway({ ...settingsFor(config, endpoint), telemetry });
  const budgets = options.budgets && budgetsOf(options.budgets);
  const app = createApp(config, gateway, log, { budgets, telemetry });
  const url = await app.listen();
  // The schema is read once the service is ready, so that no call's attempts include it.
  await fetch(`${url}/ready`);
  const request = async (path: string, init?: RequestInit) => read(await fetch(url + path, init));
  return {
    url,
    table,
    gateway,
    metricsUrl: telemetry?.metricsUrl,
    logs,
    request,
    call: (tool, body = {}, init = {}) =>
      request(`/tools/${tool}`, {
        ...init,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...init.headers },
        body: JSON.stringify(body),
      }),
    close: async () => {
      await app.close();
      if (!options.gateway) gateway.close();
      await telemetry?.close();
    },
  };
}

function budgetsOf(given: Partial<Record<keyof MemoryBudgets, number>>): MemoryBudgets {
  const set = Object.entries(given).map(([name, total]) => [name, new Budget(total)]);
  return { ...memoryBudgets(), ...Object.fromEntries(set) };
}

/** A new table of the single-table design; returns its name. */
export async function newTable(): Promise<string> {
  const name = `test-${randomUUID()}`;
  await createTable(engineSettings(), name);
  return name;
}

/** A new table as the embedded database makes it, with the sample in it; returns its name. */
export async function newSampleTable(): Promise<string> {
  const name = `test-${randomUUID()}`;
  const log = createLogger({ level: 'warn', environment: 'test' }, 2);
  await prepareTable({ ...engineSettings(), tableName: name }, inject('engine'), log);
  return name;
}

/** A client's settings for the engine itself. */
export function engineSettings() {
  return settingsFor(testConfig({}), inject('engine').endpoint);
}

function testConfig(environment: Record<string, string>): Config {
  const { TEST_TRANSPORT: DYNAMODB_TRANSPORT } = process.env;
  const given = {
    HOST: '127.0.0.1',
    PORT: '0',
    DRAIN_DELAY_MS: '0',
    DYNAMODB_TRANSPORT,
    ...environment,
  };
  return parseConfig(given, { local: false });
}

function settingsFor(config: Config, endpoint: string) {
  return gatewaySettings(config, { endpoint, credentials: LOCAL_CREDENTIALS });
}

async function read(response: Response): Promise<Reply> {
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: text !== '' && isJson(response) ? (parseJson(text) as JsonObject) : {},
  };
}

/** Whether a reply is one JSON value. */
function isJson({ headers }: Response): boolean {
  return headers.get('content-type')?.startsWith('application/json') ?? false;
}

import type { JsonObject } from '../json/parse.ts';
import { observe } from '../observability/telemetry/instruments.ts';
import type { Telemetry } from '../observability/telemetry/telemetry.ts';
import { AnswerCheck } from './calls/answers.ts';
import type { Call } from './calls/call.ts';
import {
  type ClientSettings,
  createBaseClient,
  createDocumentClient,
  createSdkSender,
} from './calls/client.ts';
import { Limiter } from './calls/limiter.ts';
import { createOperationObserver } from './calls/observed-operations.ts';
import { type Rehearse, RehearsedSender } from './calls/rehearsed-sender.ts';
import { Storage } from './calls/storage.ts';
import { LeanDocumentClient } from './lean/lean-document-client.ts';
import {
  describeTable,
  isReady,
  outlineTable,
  type TableDescription,
  type TableOutline,
} from './operations/describe-table.ts';
import { createSampler, type Sample } from './operations/entities.ts';
import {
  type BatchGetItemRequest,
  type BatchGetItemResult,
  batchGetItem,
} from './operations/reads/batch-get-item.ts';
import { type GetItemRequest, getItem } from './operations/reads/get-item.ts';
import type { Page } from './operations/reads/page-plan.ts';
import { type QueryRequest, query } from './operations/reads/query.ts';
import { type ScanRequest, scan } from './operations/reads/scan.ts';
import { type TransactGet, transactGetItems } from './operations/reads/transact-get-items.ts';
import type { SearchVectorsRequest } from './operations/vectors/search-plan.ts';
import { type SearchVectorsResult, searchVectors } from './operations/vectors/search-vectors.ts';
import {
  type BatchWriteItemRequest,
  type BatchWriteItemResult,
  batchWriteItem,
} from './operations/writes/batch-write-item.ts';
import { type DeleteItemRequest, deleteItem } from './operations/writes/delete-item.ts';
import { type PutItemRequest, putItem } from './operations/writes/put-item.ts';
import {
  type TransactWriteItemsRequest,
  transactWriteItems,
} from './operations/writes/transact-write-items.ts';
import { type UpdateItemRequest, updateItem } from './operations/writes/update-item.ts';
import { Table } from './tables/table.ts';
import type { TableSchema } from './tables/table-schema.ts';
import { Tables } from './tables/tables.ts';

/**
 * The port to a table, and from it to the others. Values are JSON values as on the wire; every method keeps the call's
 * deadline, adds to its trail, and throws ServiceError only.
 */
export interface Gateway {
  readonly tableName: string;
  /** The names of all tables, the default one's first. */
  readonly tableNames: readonly string[];
  /** The port to a table of another name, to this one where none is given; throws ValidationError. */
  at(table: string | undefined): Gateway;
  getItem(request: GetItemRequest, call: Call): Promise<JsonObject | null>;
  putItem(request: PutItemRequest, call: Call): Promise<JsonObject | null>;
  updateItem(request: UpdateItemRequest, call: Call): Promise<JsonObject | undefined>;
  deleteItem(request: DeleteItemRequest, call: Call): Promise<JsonObject | null>;
  query(request: QueryRequest, call: Call): Promise<Page>;
  scan(request: ScanRequest, call: Call): Promise<Page>;
  batchGetItem(request: BatchGetItemRequest, call: Call): Promise<BatchGetItemResult>;
  batchWriteItem(request: BatchWriteItemRequest, call: Call): Promise<BatchWriteItemResult>;
  transactGetItems(gets: readonly TransactGet[], call: Call): Promise<(JsonObject | null)[]>;
  transactWriteItems(request: TransactWriteItemsRequest, call: Call): Promise<void>;
  searchVectors(request: SearchVectorsRequest, call: Call): Promise<SearchVectorsResult>;
  /** The schema of the table, remembered where it was read before. */
  schema(call: Call): Promise<TableSchema>;
  describeTable(call: Call): Promise<TableDescription>;
  /** The table in few words, also where it cannot be read. */
  outline(call: Call): Promise<TableOutline>;
  /** What a sample of the table shows of its entities, remembered for five minutes. */
  sample(call: Call): Promise<Sample>;
  /** Whether DynamoDB answers and the table can be used; never throws ServiceError. */
  isReady(call: Call): Promise<boolean>;
  /** Closes the sockets; calls after it fail. */
  close(): void;
}

/** What a gateway needs to know. */
export interface GatewaySettings extends ClientSettings {
  tableName: string;
  furtherTables: readonly string[];
  maxInFlight: number;
  maxQueue: number;
  /** Pages that one query or scan with max_items reads at most. */
  maxPages: number;
  /** Entries that one batch may have. */
  maxBatchEntries: number;
  /** Where operations are measured and traced. */
  telemetry?: Telemetry | undefined;
}

/** The gateway to the tables; with `rehearse`, what would be sent is told and not sent. */
export function createGateway(settings: GatewaySettings, rehearse?: Rehearse): Gateway {
  const answers = new AnswerCheck();
  const client = createBaseClient(settings, answers);
  const documents = createDocumentClient(client);
  const sdk = createSdkSender(documents);
  const lean =
    settings.transport === 'lean' && !settings.proxyEnvironment
      ? new LeanDocumentClient(documents.config, sdk, settings, answers)
      : undefined;
  const limiter = new Limiter(settings.maxInFlight, settings.maxQueue);
  const sender = lean ?? sdk;
  const storage = new Storage(
    rehearse ? new RehearsedSender(sender, rehearse) : sender,
    limiter,
    settings.telemetry && createOperationObserver(settings.telemetry),
  );
  observeLimiter(limiter, settings.telemetry);
  const names = new Set([settings.tableName, ...settings.furtherTables]);
  const byName = new Map([...names].map((name) => [name, new Table(name, storage)]));
  const close = () => {
    lean?.destroy();
    client.destroy();
  };
  const gateways = new Map<string, Gateway>();
  for (const table of byName.values()) {
    const tables = new Tables(byName, table);
    const at = (name: string | undefined) => gateways.get(tables.get(name).name) ?? gateway;
    const gateway = { ...portTo(tables, settings), at, close };
    gateways.set(table.name, gateway);
  }
  return gateways.get(settings.tableName) as Gateway;
}

function observeLimiter(limiter: Limiter, telemetry: Telemetry | undefined): void {
  if (!telemetry?.instruments) return;
  observe(telemetry.instruments.inFlight, () => limiter.inFlight);
  observe(telemetry.instruments.queued, () => limiter.queued);
}

function portTo(tables: Tables, settings: GatewaySettings): Omit<Gateway, 'at' | 'close'> {
  const table = tables.default;
  return {
    tableName: table.name,
    tableNames: tables.names,
    getItem: (request, call) => getItem(table, request, call),
    putItem: (request, call) => putItem(table, request, call),
    updateItem: (request, call) => updateItem(table, request, call),
    deleteItem: (request, call) => deleteItem(table, request, call),
    query: (request, call) => query(table, request, settings.maxPages, call),
    scan: (request, call) => scan(table, request, settings.maxPages, call),
    batchGetItem: (request, call) => batchGetItem(table, request, settings.maxBatchEntries, call),
    batchWriteItem: (request, call) =>
      batchWriteItem(table, request, settings.maxBatchEntries, call),
    transactGetItems: (gets, call) => transactGetItems(tables, gets, call),
    transactWriteItems: (request, call) => transactWriteItems(tables, request, call),
    searchVectors: (request, call) => searchVectors(table, request, settings.maxBatchEntries, call),
    schema: (call) => table.check(call, (schema) => schema),
    describeTable: (call) => describeTable(table, call),
    outline: (call) => outlineTable(table, call),
    sample: createSampler(table),
    isReady: (call) => isReady(table, call),
  };
}

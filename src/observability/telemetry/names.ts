/** The attributes that are used, by the names of OpenTelemetry's semantic conventions. */
export const ATTRIBUTES = {
  errorType: 'error.type',
  method: 'http.request.method',
  route: 'http.route',
  scheme: 'url.scheme',
  path: 'url.path',
  status: 'http.response.status_code',
  resends: 'http.request.resend_count',
  mcpMethod: 'mcp.method.name',
  mcpVersion: 'mcp.protocol.version',
  tool: 'gen_ai.tool.name',
  genAiOperation: 'gen_ai.operation.name',
  transport: 'network.transport',
  system: 'db.system.name',
  operation: 'db.operation.name',
  collection: 'db.collection.name',
  batchSize: 'db.operation.batch.size',
  awsRequestId: 'aws.request_id',
  tableNames: 'aws.dynamodb.table_names',
  indexName: 'aws.dynamodb.index_name',
  consumedCapacity: 'aws.dynamodb.consumed_capacity',
  count: 'aws.dynamodb.count',
  scannedCount: 'aws.dynamodb.scanned_count',
  cpuMode: 'cpu.mode',
  heapSpace: 'v8js.heap.space.name',
  /** Our own: the code of the error table that a call ended with. */
  code: 'dynamodb_mcp.error.code',
} as const;

/** What stands for every name that callers make up, so that they cannot make up series. */
export const OTHER = '_OTHER';

/** The code of calls that ended well, where a label is needed. */
export const OK = 'ok';

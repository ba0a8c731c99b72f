import { type LoadRequest, load, median } from './load.ts';
import { startProcess } from './processes.ts';

// What a call costs through MCP, next to the same call through REST, in one process: CPU time of
// the service per request, in alternating rounds. npm run bench:mcp

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const REQUESTS = Number(process.env.REQUESTS ?? 3_000);
const CONNECTIONS = 8;
const REVISION = '2026-07-28';

const key = (n: number) => ({ PK: 'PROJECT#bench', SK: `EPIC#${n}` });

/** A request of the current revision, which says who the client is each time. */
function current(method: string, params: object, name?: string): LoadRequest['make'] {
  const _meta = {
    'io.modelcontextprotocol/protocolVersion': REVISION,
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  return (n) => ({
    jsonrpc: '2.0',
    id: n,
    method,
    params: { ...params, ...(name && { name, arguments: { key: key(n) } }), _meta },
  });
}

const MCP_HEADERS = { accept: 'application/json, text/event-stream' };
const currentHeaders = (method: string, name?: string) => ({
  ...MCP_HEADERS,
  'mcp-protocol-version': REVISION,
  'mcp-method': method,
  ...(name && { 'mcp-name': name }),
});

const CASES: Record<string, LoadRequest> = {
  'REST get_item': { path: '/tools/get_item', make: (n) => ({ key: key(n) }) },
  'MCP get_item, 2026-07-28': {
    path: '/mcp',
    headers: currentHeaders('tools/call', 'get_item'),
    make: current('tools/call', {}, 'get_item'),
  },
  'MCP get_item, 2025-11-25': {
    path: '/mcp',
    headers: { ...MCP_HEADERS, 'mcp-protocol-version': '2025-11-25' },
    make: (n) => ({
      jsonrpc: '2.0',
      id: n,
      method: 'tools/call',
      params: { name: 'get_item', arguments: { key: key(n) } },
    }),
  },
  'MCP tools/list, 2026-07-28': {
    path: '/mcp',
    headers: currentHeaders('tools/list'),
    make: current('tools/list', {}),
  },
  'MCP tools/list, 2025-11-25': {
    path: '/mcp',
    headers: { ...MCP_HEADERS, 'mcp-protocol-version': '2025-11-25' },
    make: (n) => ({ jsonrpc: '2.0', id: n, method: 'tools/list' }),
  },
};

const stub = await startProcess(['bench/stub-dynamodb.ts']);
const service = await startProcess(['src/cli.ts'], {
  PORT: '8199',
  HOST: '127.0.0.1',
  LOG_LEVEL: 'ERROR',
  DYNAMODB_ENDPOINT_URL: stub.url,
  DYNAMODB_TABLE_NAME: 'bench',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench',
});
const measured = new Map(Object.keys(CASES).map((name) => [name, [] as number[]]));
// The first round warms up and is not counted.
for (let round = 0; round <= ROUNDS; round++) {
  for (const [name, request] of Object.entries(CASES)) {
    const before = service.cpuMicroseconds();
    const { requests, failures } = await load(service.url, request, CONNECTIONS, REQUESTS);
    if (failures > 0) throw new Error(`${name}: ${failures} requests failed`);
    if (round > 0) measured.get(name)?.push((service.cpuMicroseconds() - before) / requests);
  }
}
const rest = median(measured.get('REST get_item') ?? []);
process.stdout.write('| call | CPU µs a request | of REST get_item |\n|---|---|---|\n');
for (const [name, values] of measured) {
  const cost = median(values);
  process.stdout.write(`| ${name} | ${cost.toFixed(0)} | ${(cost / rest).toFixed(2)} |\n`);
}
await service.stop();
await stub.stop();

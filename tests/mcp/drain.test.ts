import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type FaultProxy, slow, startFaultProxy } from '../support/fault-proxy.ts';
import { startService } from '../support/service.ts';

let proxy: FaultProxy;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
});

afterAll(() => proxy.close());

const PARAMS = { name: 'get_item', arguments: { key: { PK: 'DRAIN', SK: 'ITEM' } } };
const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};

test.each([
  ['2026-07-28', { ...PARAMS, _meta: META }],
  ['2025-11-25', PARAMS],
])(
  'a call of %s that is under way when the service closes is answered',
  async (revision, params) => {
    const service = await startService({
      endpoint: proxy.endpoint,
      environment: { MCP_RESULT_MODE: 'structured' },
    });
    proxy.always('GetItem', slow(400));

    const called = service.request('/mcp', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': revision,
        'mcp-method': 'tools/call',
        'mcp-name': 'get_item',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    });
    await expect.poll(() => proxy.arrived).toContain('GetItem');
    const closed = service.close();
    const reply = await called;
    await closed;
    proxy.reset();

    expect(reply.status).toBe(200);
    expect(reply.headers.get('connection')).toBe('close');
    expect(reply.body).toMatchObject({ id: 1, result: { structuredContent: { item: null } } });
  },
);

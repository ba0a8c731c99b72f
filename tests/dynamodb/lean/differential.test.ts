import { createHash, createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { JsonObject } from '../../../src/json/parse.ts';
import { canonical } from '../../support/canonical.ts';
import {
  type Exchange,
  type FaultProxy,
  pass,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { newTable, startService, type TestService } from '../../support/service.ts';
import { document, name } from '../../support/values.ts';

// The same random requests through both transports: what they send, and what comes of it.

const OPERATIONS = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
];

let proxy: FaultProxy;
let services: Record<'lean' | 'sdk', TestService>;
let sent: Exchange[] = [];

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  for (const operation of OPERATIONS) {
    proxy.always(operation, async (exchange) => {
      sent.push(exchange);
      await pass(exchange);
    });
  }
  const table = await newTable();
  const start = (transport: string) =>
    startService({
      table,
      endpoint: proxy.endpoint,
      environment: { DYNAMODB_TRANSPORT: transport },
    });
  services = { lean: await start('lean'), sdk: await start('sdk') };
});

afterAll(async () => {
  await services.lean.close();
  await services.sdk.close();
  await proxy.close();
});

/** What one transport sent for a call, and what the caller got. */
async function run(transport: 'lean' | 'sdk', tool: string, body: JsonObject) {
  sent = [];
  const reply = await services[transport].call(tool, body);
  const { request_id, ...told } = reply.body;
  return { status: reply.status, told: canonical(told), requests: sent };
}

const key = { PK: 'SAME', SK: 'ITEM' };

const request: fc.Arbitrary<[string, JsonObject]> = fc.oneof(
  fc
    .dictionary(name, document, { maxKeys: 5 })
    .map((item): [string, JsonObject] => [
      'put_item',
      { item: { ...item, ...key }, return_old: true },
    ]),
  fc
    .tuple(name, document)
    .map(([attribute, value]): [string, JsonObject] => [
      'update_item',
      { key, updates: { [attribute]: value }, add: { n: 1 }, upsert: true },
    ]),
  fc
    .boolean()
    .map((consistent_read): [string, JsonObject] => ['get_item', { key, consistent_read }]),
  fc.constant<[string, JsonObject]>(['delete_item', { key, return_old: true }]),
  document.map((value): [string, JsonObject] => [
    'query',
    {
      key: { PK: key.PK },
      filter_expression: 'attribute_exists(SK) OR x = :v'.replace('SK', 'n'),
      expression_values: { ':v': value },
      limit: 1,
    },
  ]),
  fc.constant<[string, JsonObject]>(['scan', { limit: 2, total_segments: 2, segment: 0 }]),
  fc.constant<[string, JsonObject]>(['batch_get_item', { keys: [key, { PK: 'NO', SK: 'NO' }] }]),
  document.map((value): [string, JsonObject] => [
    'batch_write_item',
    { put: [{ ...key, value }], delete: [{ PK: 'NO', SK: 'NO' }] },
  ]),
);

test('both transports send and return the same', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 4 }), async (calls) => {
      const results: Record<string, unknown[]> = { lean: [], sdk: [] };
      for (const transport of ['lean', 'sdk'] as const) {
        await services.sdk.call('delete_item', { key });
        for (const [tool, body] of calls) {
          const { status, told, requests } = await run(transport, tool, body);
          results[transport]?.push({
            status,
            told,
            wire: requests.map(({ headers, body: wire }) => ({
              target: headers['x-amz-target'],
              type: headers['content-type'],
              signed: /SignedHeaders=([^,]*)/.exec(headers.authorization ?? '')?.[1],
              credential: /Credential=([^,]*)/.exec(headers.authorization ?? '')?.[1],
              body: JSON.parse(wire),
            })),
          });
        }
      }

      expect(results.lean).toEqual(results.sdk);
    }),
    { numRuns: 100 },
  );
});

/** The signature that the headers and the body of a request should have, by the specification. */
function expectedSignature(headers: IncomingHttpHeaders, body: string): string {
  const sha = (data: string) => createHash('sha256').update(data).digest('hex');
  const [, scope = '', signed = ''] =
    /Credential=[^/]*\/([^,]*), SignedHeaders=([^,]*)/.exec(headers.authorization ?? '') ?? [];
  const lines = signed.split(';').map((header) => `${header}:${headers[header]}\n`);
  const canonical = ['POST', '/', '', lines.join(''), signed, sha(body)].join('\n');
  const toSign = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha(canonical)].join('\n');
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from('AWS4local'),
    );
  return createHmac('sha256', key).update(toSign).digest('hex');
}

describe.each(['lean', 'sdk'] as const)('%s', (transport) => {
  test('signs what it sends', async () => {
    await run(transport, 'put_item', { item: { ...key, text: 'ünïcode 😀', n: 1.5 } });
    const [{ headers, body } = { headers: {} as IncomingHttpHeaders, body: '' }] = sent;

    expect(headers.authorization).toContain(`Signature=${expectedSignature(headers, body)}`);
    expect(headers['x-amz-content-sha256']).toBe(createHash('sha256').update(body).digest('hex'));
    expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  test('says who it is', async () => {
    await run(transport, 'get_item', { key });
    const [{ headers } = { headers: {} as IncomingHttpHeaders }] = sent;

    expect(headers['user-agent']).toMatch(
      /^aws-sdk-js\/[\d.]+ ua\/2\.1 os\/linux#\S+ lang\/js md\/nodejs#[\d.]+ api\/dynamodb#[\d.]+/,
    );
    expect(headers['amz-sdk-request']).toBe('attempt=1; max=4');
    expect(headers['amz-sdk-invocation-id']).toMatch(/^[\da-f-]{36}$/);
  });
});

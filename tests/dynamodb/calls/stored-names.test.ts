import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { type Fault, type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
import { startService, type TestService } from '../../support/service.ts';

// What another writer stored under a name that means something to JavaScript.

const key = { PK: 'NAMES', SK: 'ITEM' };
const WIRE =
  '{"PK":{"S":"NAMES"},"SK":{"S":"ITEM"},"__proto__":{"M":{"__proto__":{"N":"12345678901234567890"}}},"b":{"L":[{"M":{"__proto__":{"B":"YQ=="}}}]}}';
const JSON_TEXT =
  '{"PK":"NAMES","SK":"ITEM","__proto__":{"__proto__":12345678901234567890},"b":[{"__proto__":{"$ddb":{"B":"YQ=="}}}]}';

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint, environment: { MAX_ATTEMPTS: '2' } });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** Says something without executing the call. */
function say(status: number, body: string): Fault {
  return ({ response }) => {
    response.writeHead(status, { 'x-amzn-requestid': 'ABCDEFGHIJKLMNOP' }).end(body);
  };
}

const CONSUMED = '"ConsumedCapacity":{"CapacityUnits":1}';

describe('__proto__ is read exactly', () => {
  test.each([
    ['get_item', { key }, 'GetItem', `{"Item":${WIRE},${CONSUMED}}`],
    ['query', { key: { PK: 'NAMES' } }, 'Query', `{"Items":[${WIRE}],"Count":1,"ScannedCount":1}`],
    ['scan', {}, 'Scan', `{"Items":[${WIRE}],"Count":1,"ScannedCount":1}`],
    ['delete_item', { key, return_old: true }, 'DeleteItem', `{"Attributes":${WIRE}}`],
    ['update_item', { key, updates: { n: 1 } }, 'UpdateItem', `{"Attributes":${WIRE}}`],
  ])('by %s', async (tool, request, operation, answer) => {
    proxy.inject(operation, say(200, answer));

    const { status, text } = await service.call(tool, request);

    expect([status, text]).toEqual([200, expect.stringContaining(JSON_TEXT)]);
  });

  test('by batch_get_item', async () => {
    const answer = `{"Responses":{"${service.table}":[${WIRE}]},"UnprocessedKeys":{}}`;
    proxy.inject('BatchGetItem', say(200, answer));

    const { status, text } = await service.call('batch_get_item', { keys: [key] });

    expect([status, text]).toEqual([200, expect.stringContaining(JSON_TEXT)]);
  });

  test.each([
    ['put_item', { item: key, expected: { n: 1 } }, 'PutItem'],
    ['update_item', { key, updates: { n: 1 }, expected: { n: 1 } }, 'UpdateItem'],
    ['delete_item', { key, expected: { n: 1 } }, 'DeleteItem'],
  ])('in the item of a failed condition, by %s', async (tool, request, operation) => {
    const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
    proxy.inject(operation, say(400, `{"__type":"${type}","message":"no","Item":${WIRE}}`));

    const { status, text } = await service.call(tool, request);

    expect([status, text]).toEqual([409, expect.stringContaining(`"item":${JSON_TEXT}`)]);
  });
});

test('an item of a failed condition that is none is read instead', async () => {
  await service.call('put_item', { item: { ...key, n: 2 } });
  const type = 'com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException';
  const body = `{"__type":"${type}","message":"no","Item":{"PK":{"S":5}}}`;
  proxy.inject('PutItem', say(400, body));

  const put = await service.call('put_item', { item: key, expected: { n: 1 } });

  expect(put).toMatchObject({ status: 409, body: { item: { ...key, n: 2 } } });
});

describe('values of no type are no answer', () => {
  test.each([
    ['get_item', { key }, 'GetItem', '{"Item":[]}'],
    ['get_item', { key }, 'GetItem', '{"Item":{"PK":{"S":5}}}'],
    ['get_item', { key }, 'GetItem', '{"Item":{"PK":{"X":"a"}}}'],
    ['get_item', { key }, 'GetItem', '{"Item":{"PK":"a"}}'],
    ['query', { key: { PK: 'a' } }, 'Query', '{"Items":5,"Count":1,"ScannedCount":1}'],
    ['scan', {}, 'Scan', '{"Items":[5],"Count":1,"ScannedCount":1}'],
    ['scan', {}, 'Scan', '{"Items":[],"Count":0,"ScannedCount":1,"LastEvaluatedKey":5}'],
    [
      'batch_get_item',
      { keys: [key] },
      'BatchGetItem',
      '{"Responses":{"Tab1":5},"UnprocessedKeys":{}}',
    ],
  ])('to %s %j: %s %s', async (tool, request, operation, answer) => {
    proxy.always(operation, say(200, answer));

    const { status, body } = await service.call(tool, request);

    expect([status, body.code]).toEqual([503, 'StorageUnavailable']);
  });

  test.each([
    ['update_item', { key, add: { n: 1 } }, 'UpdateItem', '{"Attributes":{"a":{"NS":5}}}'],
    ['update_item', { key, add: { n: 1 } }, 'UpdateItem', '{"Attributes":[]}'],
    ['batch_write_item', { put: [key] }, 'BatchWriteItem', '{"UnprocessedItems":{"Tab1":5}}'],
  ])('to %s %j: %s %s', async (tool, request, operation, answer) => {
    proxy.always(operation, say(200, answer));

    const { status, body } = await service.call(tool, request);

    expect([status, body.code]).toEqual([503, 'OutcomeUnknown']);
  });

  test.each(['"abc"', '"1e"', '""', '"NaN"'])('nor is the number %s', async (number) => {
    proxy.always('UpdateItem', say(200, `{"Attributes":{"a":{"N":${number}}}}`));

    const { status, body } = await service.call('update_item', { key, add: { n: 1 } });

    expect([status, body.code]).toEqual([503, 'OutcomeUnknown']);
  });
});

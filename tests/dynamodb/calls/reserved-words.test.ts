import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest';
import { engineHas } from '../../support/engine-has.ts';
import {
  exception,
  type Fault,
  type FaultProxy,
  resetBefore,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { startService, type TestService } from '../../support/service.ts';

const key = { PK: 'WORDS', SK: 'ITEM' };
const request = {
  filter_expression: 'status = :v',
  expression_values: { ':v': 'Open' },
};

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({ endpoint: proxy.endpoint });
  await service.call('put_item', { item: { ...key, status: 'Open' } });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

/** How often a scan was sent; the schema is read again after a refusal, at most once a second. */
const scans = () => proxy.arrived.filter((operation) => operation === 'Scan').length;

function refusal(word: string): string {
  return `Invalid FilterExpression: Attribute name is a reserved keyword; reserved keyword: ${word}`;
}

/** Cancels a transaction because of a reserved word in its first operation. */
const cancelled: Fault = ({ response }) => {
  const body = JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    message: 'Transaction cancelled',
    CancellationReasons: [{ Code: 'ValidationError', Message: refusal('status') }],
  });
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
};

test('a second refusal is told as usual', async () => {
  proxy.always('Scan', exception('ValidationException', 400, refusal('status')));

  const { status, body } = await service.call('scan', request);

  expect([status, body.code]).toEqual([400, 'ValidationError']);
  expect(body.error).toMatch(/^"status" is a reserved word: .*expression_names/);
  expect(scans()).toBe(2);
});

test('a word that nobody knows yet is told at once', async () => {
  proxy.always('Scan', exception('ValidationException', 400, refusal('tomorrow')));

  const { body } = await service.call('scan', {
    ...request,
    filter_expression: 'tomorrow = :v',
  });

  expect(body.error).toMatch(/^"tomorrow" is a reserved word/);
  expect(scans()).toBe(1);
});

test('what fails the mended request is told', async () => {
  proxy.inject('Scan', exception('ValidationException', 400, refusal('status')), (exchange) =>
    exception('AccessDeniedException')(exchange),
  );

  const { body } = await service.call('scan', request);

  expect(body.code).toBe('StorageMisconfigured');
});

test('a refusal after a lost answer says that nothing was executed', async () => {
  const missing = { ...key, SK: 'NEW' };
  proxy.inject('PutItem', resetBefore);

  const { status, headers } = await service.call('put_item', {
    item: missing,
    create_only: true,
    condition_expression: 'attribute_not_exists(status)',
  });

  expect(status).toBe(200);
  expect(headers.get('x-attempts')).toBe('3');
  expect(proxy.executed).toEqual(['PutItem', 'PutItem']);
});

test.skipIf(!engineHas('transactions'))('a refusal can be a reason of a cancellation', async () => {
  proxy.inject('TransactGetItems', cancelled);

  const { body, headers } = await service.call('transact_get_items', {
    keys: [{ key, projection_expression: 'status' }],
  });

  expect(body.items).toMatchObject([{ status: 'Open' }]);
  expect(headers.get('x-attempts')).toBe('2');
});

test('a condition that fails after that is told as such, not as unknown', async () => {
  proxy.inject('PutItem', resetBefore);

  const { status, body } = await service.call('put_item', {
    item: { ...key, status: 'Other' },
    create_only: true,
    condition_expression: 'attribute_not_exists(status)',
  });

  expect([status, body.code]).toEqual([409, 'ConditionalCheckFailed']);
});

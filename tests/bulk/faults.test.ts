import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { importInto, ofKind } from '../support/bulk-lines.ts';
import {
  type Exchange,
  exception,
  type FaultProxy,
  pass,
  resetAfter,
  resetBefore,
  startFaultProxy,
} from '../support/fault-proxy.ts';
import { startService, type TestService } from '../support/service.ts';

let proxy: FaultProxy;
let service: TestService;

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
  service = await startService({
    endpoint: proxy.endpoint,
    environment: { REQUEST_DEADLINE_MS: '200', MAX_ATTEMPTS: '1', LOG_LEVEL: 'CRITICAL' },
  });
});

afterEach(() => proxy.reset());

afterAll(async () => {
  await service.close();
  await proxy.close();
});

const linesOf = (PK: string, length: number) =>
  Array.from({ length }, (_, n) => ({ item: { PK, SK: `${String(n).padStart(4, '0')}` } }));

async function count(PK: string) {
  const { body } = await service.call('query', { key: { PK }, select: 'COUNT' });
  return body.count;
}

/** Leaves the second half of a batch unprocessed. */
async function half({ body, response }: Exchange): Promise<void> {
  const { RequestItems } = JSON.parse(body);
  const [[table = '', writes]] = Object.entries(RequestItems) as [[string, unknown[]]];
  const UnprocessedItems = { [table]: writes.slice(Math.ceil(writes.length / 2)) };
  response
    .writeHead(200, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'half' })
    .end(JSON.stringify({ UnprocessedItems }));
}

describe('an import', () => {
  test('is slowed down by throttling and by what is left of batches, and writes every line', async () => {
    const throttled = exception('ProvisionedThroughputExceededException');
    proxy.inject('BatchWriteItem', throttled, pass, throttled, throttled, resetBefore, resetAfter);

    const { lines } = await importInto(service, linesOf('SLOW', 200));

    expect(lines).toMatchObject([{ end: { written: 200, failed: 0, durable_through_line: 200 } }]);
    expect(await count('SLOW')).toBe(200);
  });

  test('takes what DynamoDB leaves of a batch as not written', async () => {
    proxy.inject('BatchWriteItem', half, half);

    const { lines } = await importInto(service, linesOf('HALF', 25));

    expect(lines.at(-1)).toMatchObject({ end: { written: 25 } });
    expect(await count('HALF')).toBe(12 - 6);
  });

  test('ends while DynamoDB is away, and says from where to go on', async () => {
    proxy.inject('BatchWriteItem', pass, pass, pass, pass);
    const body = linesOf('AWAY', 300);
    let calls = 0;
    proxy.always('BatchWriteItem', (exchange) =>
      ++calls <= 4 ? pass(exchange) : resetBefore(exchange),
    );

    const { lines } = await importInto(service, body);
    proxy.reset();
    const told = lines.at(-1)?.error as Record<string, number>;
    const next = Number(told.durable_through_line) + 1;
    const resumed = await importInto(service, body, { from_line: String(next) });

    expect(told).toMatchObject({ failed: 0, unknown: 0, written: told.durable_through_line });
    expect(['StorageUnavailable', 'OutcomeUnknown']).toContain(told.code);
    expect(resumed.lines.at(-1)).toMatchObject({
      end: { written: 300 - Number(told.durable_through_line), durable_through_line: 300 },
    });
    expect(await count('AWAY')).toBe(300);
  });

  test('says of a create-only line that nobody knows whether it was written', async () => {
    proxy.inject('PutItem', resetAfter);

    const { lines } = await importInto(service, linesOf('UNKNOWN', 1), { mode: 'create_only' });

    expect(ofKind('failed', lines)).toMatchObject([{ line: 1, code: 'OutcomeUnknown' }]);
    expect(lines.at(-1)).toMatchObject({ end: { lines: 1, written: 0, failed: 0, unknown: 1 } });
  });

  test('ends where the service may not write', async () => {
    proxy.always('BatchWriteItem', exception('AccessDeniedException'));

    const { lines } = await importInto(service, linesOf('DENIED', 60));

    expect(lines).toMatchObject([
      { error: { code: 'StorageMisconfigured', retryable: false, lines: 0, written: 0 } },
    ]);
  });

  test('writes the good lines of a batch that DynamoDB refuses as a whole', async () => {
    proxy.always('BatchWriteItem', exception('ValidationException'));

    const { lines } = await importInto(service, linesOf('REFUSED', 25));

    expect(lines.at(-1)).toMatchObject({ end: { written: 25 } });
    expect(proxy.executed.filter((operation) => operation === 'PutItem')).toHaveLength(25);
  });
});

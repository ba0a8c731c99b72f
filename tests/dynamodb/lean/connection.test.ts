import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { AnswerCheck } from '../../../src/dynamodb/calls/answers.ts';
import { withCall } from '../../../src/dynamodb/calls/call.ts';
import { createDocumentClient, createSdkSender } from '../../../src/dynamodb/calls/client.ts';
import { Operation, READ } from '../../../src/dynamodb/calls/operation.ts';
import { LeanDocumentClient } from '../../../src/dynamodb/lean/lean-document-client.ts';
import {
  type Exchange,
  exception,
  type Fault,
  type FaultProxy,
  pass,
  startFaultProxy,
} from '../../support/fault-proxy.ts';
import { startService, type TestService } from '../../support/service.ts';

const HOUR_MS = 3_600_000;
const key = { PK: 'LEAN', SK: 'ITEM' };

let proxy: FaultProxy;
let sent: Exchange[];

beforeAll(async () => {
  proxy = await startFaultProxy(inject('engine').endpoint);
});

afterEach(() => proxy.reset());

afterAll(() => proxy.close());

function record(fault: Fault): Fault {
  return (exchange) => {
    sent.push(exchange);
    return fault(exchange);
  };
}

/** Refuses a signature and tells another time, as DynamoDB does when the clocks differ. */
const skewed: Fault = ({ response }) => {
  response.setHeader('date', new Date(Date.now() + HOUR_MS).toUTCString());
  return exception(
    'InvalidSignatureException',
    400,
    'Signature expired: it is later',
  )({
    response,
  } as Exchange);
};

describe.each(['lean', 'sdk'])('%s', (transport) => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService({
      endpoint: proxy.endpoint,
      environment: { DYNAMODB_TRANSPORT: transport },
    });
  });

  afterAll(() => service.close());

  test('a clock that is off is corrected, and the request repeated', async () => {
    sent = [];
    proxy.inject('GetItem', record(skewed), record(pass));

    const got = await service.call('get_item', { key });

    expect(got).toMatchObject({ status: 200, body: { item: null } });
    const [first = '', second = ''] = sent.map(({ headers }) => String(headers['x-amz-date']));
    const hours = Number(second.slice(9, 11)) - Number(first.slice(9, 11));
    expect((hours + 24) % 24).toBe(1);
  });

  test('a retry waits for as long as the answer asks', async () => {
    const arrived: number[] = [];
    const at = (fault: Fault): Fault => {
      return (exchange) => {
        arrived.push(performance.now());
        return fault(exchange);
      };
    };
    const busy: Fault = (exchange) => {
      exchange.response.setHeader('x-amz-retry-after', '700');
      return exception('ServiceUnavailable', 503)(exchange);
    };
    proxy.inject('GetItem', at(busy), at(pass));

    const got = await service.call('get_item', { key });

    expect(got.status).toBe(200);
    const [first = 0, second = 0] = arrived;
    expect(second - first).toBeGreaterThan(650);
  });
});

describe('an answer that was damaged on its way', () => {
  /** Executes the call and changes a byte of the answer, but not its checksum. */
  const damaged: Fault = async ({ execute, response }) => {
    const { status, headers, body } = await execute();
    const changed = body.toString().replace('"N":"1"', '"N":"7"');
    response.writeHead(status, headers).end(changed);
  };
  let service: TestService;

  beforeAll(async () => {
    service = await startService({
      endpoint: proxy.endpoint,
      environment: { DYNAMODB_TRANSPORT: 'lean' },
    });
    await service.call('put_item', { item: { ...key, v: 1 } });
  });

  afterAll(() => service.close());

  test('is read again', async () => {
    proxy.inject('GetItem', damaged);

    const got = await service.call('get_item', { key });

    expect(got.body.item).toEqual({ ...key, v: 1 });
    expect(got.headers.get('x-attempts')).toBe('2');
  });

  test('leaves a write of unknown outcome', async () => {
    proxy.inject('UpdateItem', async ({ execute, response }) => {
      const { status, headers, body } = await execute();
      response.writeHead(status, { ...headers, 'x-amz-crc32': '1' }).end(body);
    });

    const updated = await service.call('update_item', { key, add: { v: 1 } });

    expect(updated).toMatchObject({ status: 503, body: { code: 'OutcomeUnknown' } });
    const got = await service.call('get_item', { key });
    expect(got.body.item).toEqual({ ...key, v: 2 });
  });
});

describe('credentials', () => {
  /** Sends two reads with credentials from a provider; returns what was signed with. */
  async function signWith(provide: () => object) {
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: proxy.endpoint,
      credentials: async () => provide() as { accessKeyId: string; secretAccessKey: string },
    });
    const documents = createDocumentClient(client);
    const lean = new LeanDocumentClient(
      documents.config,
      createSdkSender(documents),
      { connectTimeoutMs: 1_000 },
      new AnswerCheck(),
    );
    sent = [];
    proxy.always(
      'GetItem',
      record(({ response }) => void response.writeHead(200).end('{}')),
    );
    for (let n = 0; n < 2; n++) {
      const command = new GetCommand({ TableName: 't', Key: key });
      await withCall(
        { requestId: 'test', caller: 'test', log: { warn: () => {} }, deadlineMs: 5_000 },
        (call) => lean.send(command, new Operation('GetCommand', call, READ)),
      );
    }
    lean.destroy();
    client.destroy();
    return sent.map(({ headers }) => ({
      credential: /Credential=([^/]*)/.exec(headers.authorization ?? '')?.[1],
      region: /Credential=[^/]*\/\d+\/([^/]*)/.exec(headers.authorization ?? '')?.[1],
      token: headers['x-amz-security-token'],
      tokenSigned: headers.authorization?.includes('x-amz-security-token'),
    }));
  }

  test('are fetched again before they expire', async () => {
    let fetched = 0;

    const signed = await signWith(() => ({
      accessKeyId: `KEY${++fetched}`,
      secretAccessKey: 'secret',
      expiration: new Date(Date.now() + 1_000),
    }));

    const [first, second] = signed.map(({ credential }) => credential);
    expect(second).not.toBe(first);
  });

  test('are remembered while they are good', async () => {
    let fetched = 0;

    const signed = await signWith(() => ({
      accessKeyId: `KEY${++fetched}`,
      secretAccessKey: 'secret',
      expiration: new Date(Date.now() + HOUR_MS),
    }));

    expect(signed.map(({ credential }) => credential)).toEqual(['KEY1', 'KEY1']);
  });

  test('send and sign a session token, for the client’s region', async () => {
    const [signed] = await signWith(() => ({
      accessKeyId: 'KEY',
      secretAccessKey: 'secret',
      sessionToken: 'token',
    }));

    expect(signed).toEqual({
      credential: 'KEY',
      region: 'eu-central-1',
      token: 'token',
      tokenSigned: true,
    });
  });

  test.each(['accessKeyId', 'sessionToken'])(
    'whose %s would begin a header are not sent',
    async (name) => {
      const signing = signWith(() => ({
        accessKeyId: 'KEY',
        secretAccessKey: 'secret',
        [name]: 'x\r\nother: 1',
      }));

      await expect(signing).rejects.toThrow('do not fit into a header');
      expect(sent).toEqual([]);
    },
  );
});

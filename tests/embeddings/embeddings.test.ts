import type { ServerResponse } from 'node:http';
import { SignatureV4 } from '@smithy/signature-v4';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { JsonObject } from '../../src/json/parse.ts';
import { sampleVector } from '../../src/local/sample-vectors.ts';
import { type EmbeddingsServer, startEmbeddingsServer } from '../support/embeddings-server.ts';
import { engineHas } from '../support/engine-has.ts';
import { startService, type TestService } from '../support/service.ts';
import { Sha256 } from '../support/sha256.ts';
import { newVectorTable, vectorIndex } from '../support/vector-table.ts';

const DIMENSIONS = 256;
const TITAN = 'amazon.titan-embed-text-v2:0';
const SECRET_TEXT = 'appointments of patients';
const TITLES = ['Appointment booking', 'Billing of clinics', 'Patient logs in', 'Audit trail'];

const json = (body: unknown) => (response: ServerResponse) =>
  void response.end(typeof body === 'string' ? body : JSON.stringify(body));
const status = (code: number) => (response: ServerResponse) =>
  void response.writeHead(code).end(`{"error": "about ${SECRET_TEXT}"}`);
const vectorOf = (embedding: unknown) => json({ data: [{ embedding }] });

describe.skipIf(!engineHas('vector search'))('texts', () => {
  let server: EmbeddingsServer;
  let table: string;
  let service: TestService;

  beforeAll(async () => {
    server = await startEmbeddingsServer(DIMENSIONS);
    table = await newVectorTable(
      vectorIndex('MEANING', 'v', { Dimensions: DIMENSIONS }),
      vectorIndex('SMALL', 'w', { Dimensions: 3 }),
    );
    service = await startService({
      table,
      environment: { EMBEDDINGS: `openai:n-grams@${server.url}/v1/`, EMBEDDINGS_API_KEY: 'key-1' },
    });
    await service.call('batch_write_item', {
      put: TITLES.map((title) => ({ PK: 'A', SK: title, v: sampleVector(title, DIMENSIONS) })),
    });
  });

  beforeEach(() => {
    server.asked.length = 0;
  });

  afterEach(() => {
    vi.unstubAllEnvs();
  });

  afterAll(async () => {
    await service.close();
    await server.close();
  });

  const search = (text: string, more: object = {}, of = service) =>
    of.call('search_vectors', { text, index_name: 'MEANING', ...more });

  test.each([
    ['booking of appointments', 'Appointment booking'],
    ['patients log in', 'Patient logs in'],
    ['bills', 'Billing of clinics'],
  ])('%j finds %j', async (text, title) => {
    const { body } = await search(text, { top_k: 1 });

    expect(body.results).toEqual([{ item: { PK: 'A', SK: title }, score: expect.any(Number) }]);
  });

  test('are sent as OpenAI wants them', async () => {
    await search('a "text"');

    expect(server.asked).toEqual([
      expect.objectContaining({
        path: '/v1/embeddings',
        headers: expect.objectContaining({
          authorization: 'Bearer key-1',
          'content-type': 'application/json',
        }),
        body: { model: 'n-grams', input: 'a "text"' },
      }),
    ]);
  });

  test('are sent to Bedrock, signed', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', server.url);
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');
    vi.stubEnv('AWS_SESSION_TOKEN', 'session');
    const bedrock = await startService({
      table,
      environment: { EMBEDDINGS: `bedrock:${TITAN}`, AWS_REGION: 'eu-central-1' },
    });

    const { body } = await search('audit', { top_k: 1 }, bedrock);
    await bedrock.close();

    expect(body.results).toMatchObject([{ item: { SK: 'Audit trail' } }]);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/model/amazon.titan-embed-text-v2%3A0/invoke');
    expect(asked?.body).toEqual({ inputText: 'audit', dimensions: DIMENSIONS, normalize: true });
    const { authorization, ...headers } = asked?.headers ?? {};
    expect(authorization).toBe(await signature(asked?.path ?? '', headers, asked?.text ?? ''));
  });

  describe('where the embeddings fail', () => {
    test.each<[string, (response: ServerResponse) => void, boolean, string]>([
      ['with 500', status(500), true, 'cannot be used at the moment'],
      ['with 429', status(429), true, 'cannot be used at the moment'],
      ['with 401', status(401), false, 'its operator has to look into it'],
      ['by ending the connection', (response) => void response.destroy(), true, 'cannot be used'],
      ['with no JSON', json('NaN'), true, 'cannot be used'],
      ['with nothing', json({}), true, 'cannot be used'],
      ['with null', json('null'), true, 'cannot be used'],
      ['with NaN', json(`{"data": [{"embedding": [${'NaN,'.repeat(255)}NaN]}]}`), true, 'cannot'],
      ['with nulls', vectorOf(Array(DIMENSIONS).fill(null)), true, 'cannot be used'],
      [
        'with infinities',
        json(`{"data": [{"embedding": [${'1e999,'.repeat(255)}1]}]}`),
        true,
        'cannot',
      ],
      [
        'with a vector of another length',
        vectorOf([1, 2]),
        false,
        'makes vectors of 2 numbers; the index MEANING requires 256',
      ],
      ['with too much', json(`{"data": "${'x'.repeat(2_000_000)}"}`), true, 'cannot be used'],
      [
        'with a redirect',
        (response) => void response.writeHead(307, { location: '/' }).end(),
        true,
        'cannot be used',
      ],
    ])('%s', async (_what, fault, retryable, sentence) => {
      server.inject(fault);

      const { status: code, body } = await search(SECRET_TEXT);

      expect([code, body]).toMatchObject([503, { code: 'EmbeddingsUnavailable', retryable }]);
      expect(body.error).toContain(sentence);
      expect(JSON.stringify(service.logs)).not.toContain(SECRET_TEXT);
    });

    test('by being slow, until the deadline', async () => {
      const hurried = await startService({
        table,
        environment: {
          EMBEDDINGS: `openai:n-grams@${server.url}/v1`,
          REQUEST_DEADLINE_MS: '200',
        },
      });
      server.inject((response) => void response.writeHead(200).write('{'));

      const { status: code, body } = await search('slow', {}, hurried);
      await hurried.close();

      expect([code, body.code, body.retryable]).toEqual([503, 'EmbeddingsUnavailable', true]);
      expect(body.error).toContain('did not answer in time');
    });

    test('for an index that the model has no vectors for', async () => {
      vi.stubEnv('AWS_ENDPOINT_URL_BEDROCK_RUNTIME', server.url);
      const bedrock = await startService({
        table,
        environment: { EMBEDDINGS: `bedrock:${TITAN}` },
      });

      const { body } = await search('x', { index_name: 'SMALL' }, bedrock);
      await bedrock.close();

      expect(body).toMatchObject({ code: 'EmbeddingsUnavailable', retryable: false });
      expect(body.error).toContain('vectors of 256, 512, 1024 numbers; the index requires 3');
      expect(server.asked).toEqual([]);
    });
  });

  test('of more than 8192 characters are refused', async () => {
    const { status: code, body } = await search('x'.repeat(8193));

    expect([code, body.error]).toEqual([400, expect.stringContaining('at most 8192 characters')]);
    expect(server.asked).toEqual([]);
  });

  test('are never logged', async () => {
    await search(SECRET_TEXT);

    expect(JSON.stringify(service.logs)).not.toContain(SECRET_TEXT);
  });
});

test('a model of Bedrock that is not known is found at start', async () => {
  const starting = startService({ environment: { EMBEDDINGS: 'bedrock:unknown.model' } });

  await expect(starting).rejects.toThrow(/EMBEDDINGS names unknown\.model; .* knows amazon\.titan/);
});

/** The Authorization header that the SDK's signer makes for a request. */
async function signature(path: string, headers: JsonObject, body: string) {
  const signer = new SignatureV4({
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'session' },
    region: 'eu-central-1',
    service: 'bedrock',
    sha256: Sha256,
  });
  const date = String(headers['x-amz-date']);
  const [, year, month, day, hour, minute, second] =
    /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z/.exec(date) ?? [];
  const signed = await signer.sign(
    {
      method: 'POST',
      protocol: 'http:',
      hostname: '127.0.0.1',
      path,
      headers: { 'content-type': 'application/json', host: String(headers.host) },
      body,
    },
    { signingDate: new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) },
  );
  return signed.headers.authorization;
}
